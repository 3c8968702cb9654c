import KubernetesClient
import StructuredData
import Telemetry
import Testing

@testable import EmbeddedCluster

@Suite("RolloutPlan")
struct RolloutPlanTests {
    static let now = WallTime(unixSeconds: 1_700_000_000)

    static func target(_ replicas: Int, surge: Int = 1, unavailable: Int = 0) -> RolloutTarget {
        RolloutTarget(
            replicas: replicas,
            templateHash: "new",
            limits: RolloutLimits(surge: surge, unavailable: unavailable)
        )
    }

    static func plan(_ target: RolloutTarget, _ pods: [ObservedPod]) -> (creations: Int, removals: [String]) {
        let plan = RolloutPlan(target, pods: pods, now: Self.now)
        return (plan.creations, plan.removals.map(\.name).sorted())
    }

    @Test("from nothing, all replicas are created at once")
    func scaleUp() {
        #expect(Self.plan(Self.target(5), []) == (5, []))
        #expect(Self.plan(Self.target(5), [.pod("a"), .pod("b", isReady: false)]) == (3, []))
    }

    @Test("pods that are leaving or have ended do not count, and the ended are cleared away")
    func inactivePods() {
        let pods: [ObservedPod] = [.pod("leaving", isDeleting: true), .pod("ended", isFinished: true), .pod("a")]
        #expect(Self.plan(Self.target(2), pods) == (1, ["ended"]))
    }

    @Test("scaling down takes the not ready first, then low cost, then the young")
    func victims() {
        let pods: [ObservedPod] = [
            .pod("old", age: 100), .pod("young", age: 1), .pod("cheap", cost: -1000, age: 200),
            .pod("starting", isReady: false, cost: 50, age: 300),
        ]
        let order = (1...4).map { count in RolloutPlan.victims(count, of: pods).map(\.name).last }
        #expect(order == ["starting", "cheap", "young", "old"])
        #expect(Self.plan(Self.target(2), pods) == (0, ["cheap", "starting"]))
    }

    @Test("a new template comes up before the old goes")
    func surgeFirst() {
        let old: [ObservedPod] = [.pod("a", hash: "old"), .pod("b", hash: "old")]
        #expect(Self.plan(Self.target(2), old) == (1, []))
        #expect(Self.plan(Self.target(2), old + [.pod("c", isReady: false)]) == (0, []))
        #expect(Self.plan(Self.target(2), old + [.pod("c")]).removals.count == 1)
    }

    @Test("old pods that serve nobody make room at once, but not below what is needed")
    func brokenOldPods() {
        let pods: [ObservedPod] = [.pod("a", hash: "old"), .pod("b", hash: "old", isReady: false)]
        #expect(Self.plan(Self.target(1), pods) == (0, ["b"]))
    }

    @Test("a target of zero takes everything, old and new")
    func scaleToZero() {
        let pods: [ObservedPod] = [.pod("a", hash: "old"), .pod("b"), .pod("c", isReady: false)]
        #expect(Self.plan(Self.target(0), pods) == (0, ["a", "b", "c"]))
    }

    @Test("Recreate waits until the last old pod is gone")
    func recreate() {
        var target = Self.target(2)
        target.isRecreate = true
        #expect(Self.plan(target, [.pod("a", hash: "old"), .pod("b", hash: "old")]) == (0, ["a", "b"]))
        #expect(Self.plan(target, [.pod("a", hash: "old", isDeleting: true)]) == (0, []))
        #expect(Self.plan(target, []) == (2, []))
    }

    @Test("a paused rollout replaces nothing, but scales down")
    func paused() {
        var target = Self.target(2)
        target.isPaused = true
        let old: [ObservedPod] = [.pod("a", hash: "old"), .pod("b", hash: "old", cost: -1), .pod("c", hash: "old")]
        #expect(Self.plan(target, Array(old.prefix(2))) == (0, []))
        #expect(Self.plan(target, old) == (0, ["b"]))
    }

    @Test(
        "percentages of the surge are rounded up, of the unavailable down, and both cannot be nothing",
        arguments: [
            (replicas: 1, surge: "25%", unavailable: "25%", limits: RolloutLimits(surge: 1, unavailable: 0)),
            (replicas: 5, surge: "25%", unavailable: "25%", limits: RolloutLimits(surge: 2, unavailable: 1)),
            (replicas: 10, surge: "0", unavailable: "5%", limits: RolloutLimits(surge: 0, unavailable: 1)),
            (replicas: 4, surge: "2", unavailable: "1", limits: RolloutLimits(surge: 2, unavailable: 1)),
            (replicas: 2, surge: "0", unavailable: "9", limits: RolloutLimits(surge: 0, unavailable: 2)),
        ]
    )
    func limits(replicas: Int, surge: String, unavailable: String, limits: RolloutLimits) {
        func value(_ text: String) -> JSONValue { Int(text).map { JSONValue($0) } ?? .string(text) }
        var deployment = KubernetesObject(.deployment, ObjectKey(namespace: "default", name: "a"))
        deployment.spec["strategy"] = [
            "rollingUpdate": ["maxSurge": value(surge), "maxUnavailable": value(unavailable)]
        ]
        #expect(RolloutLimits(of: deployment, replicas: replicas) == limits)
    }

    /// Pods become ready and go in any order; however it happens, the bounds hold at every step and it comes to an end.
    @Test("whatever pods do, a rollout stays within its bounds and ends", arguments: 0..<200)
    func staysWithinBounds(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let replicas = Int.random(in: 1...9, using: &random)
        let surge = Int.random(in: 0...3, using: &random)
        let unavailable =
            surge == 0 ? Int.random(in: 1...replicas, using: &random) : Int.random(in: 0...2, using: &random)
        let target = Self.target(replicas, surge: surge, unavailable: min(unavailable, replicas))
        var pods = (0..<replicas).map { ObservedPod.pod("old-\($0)", hash: "old") }
        var created = 0
        for step in 0..<2000 {
            let plan = RolloutPlan(target, pods: pods, now: Self.now)
            for _ in 0..<plan.creations {
                created += 1
                pods.append(.pod("new-\(created)", isReady: false))
            }
            let gone = Set(plan.removals.map(\.name))
            pods = pods.map { gone.contains($0.name) ? .pod($0.name, hash: $0.templateHash, isDeleting: true) : $0 }
            let active = pods.filter { !$0.isDeleting }
            #expect(active.count <= replicas + surge, "seed \(seed), step \(step)")
            #expect(active.count(where: \.isReady) >= replicas - unavailable, "seed \(seed), step \(step)")
            if pods.count == replicas, pods.allSatisfy({ $0.templateHash == "new" && $0.isReady }) { return }
            guard let index = pods.indices.randomElement(using: &random) else { break }
            if pods[index].isDeleting {
                pods.remove(at: index)
            } else if !pods[index].isReady {
                pods[index] = .pod(pods[index].name, hash: pods[index].templateHash)
            }
        }
        Issue.record("seed \(seed): the rollout did not end; \(pods)")
    }
}

extension ObservedPod {
    static func pod(
        _ name: String,
        hash: String = "new",
        isReady: Bool = true,
        isDeleting: Bool = false,
        isFinished: Bool = false,
        cost: Int = 0,
        age: Double = 10
    ) -> ObservedPod {
        let created = WallTime(unixSeconds: 1_700_000_000 - age)
        return ObservedPod(
            name: name,
            uid: name,
            templateHash: hash,
            isDeleting: isDeleting,
            isFinished: isFinished,
            readySince: isReady && !isFinished ? created : nil,
            deletionCost: cost,
            created: created
        )
    }
}
