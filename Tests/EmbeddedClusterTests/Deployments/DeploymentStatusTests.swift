import KubernetesClient
import StructuredData
import Telemetry
import Testing

@testable import EmbeddedCluster

@Suite("DeploymentStatus")
struct DeploymentStatusTests {
    static let start = 1_700_000_000.0

    /// The status of a deployment of three replicas, `seconds` after the start.
    static func status(
        after before: JSONValue = [:],
        replicas: Int = 3,
        minReadySeconds: Int = 0,
        pods: [ObservedPod],
        at seconds: Double = 0
    ) -> DeploymentStatus {
        var deployment = KubernetesObject(.deployment, ObjectKey(namespace: "default", name: "a"))
        deployment.spec = ["progressDeadlineSeconds": 60]
        deployment.metadata["generation"] = 4
        deployment.status = before
        let target = RolloutTarget(
            replicas: replicas,
            templateHash: "new",
            limits: RolloutLimits(surge: 1, unavailable: 0),
            minReadySeconds: minReadySeconds
        )
        return DeploymentStatus(
            of: deployment,
            target: target,
            pods: pods,
            now: WallTime(unixSeconds: Self.start + seconds)
        )
    }

    static func condition(_ type: String, _ status: DeploymentStatus) -> JSONValue? {
        status.json["conditions"]?.arrayValue?.first { $0["type"] == .string(type) }
    }

    @Test("counts are those of active pods, and zeros are left out")
    func counts() {
        let status = Self.status(pods: [
            .pod("a"), .pod("b", isReady: false), .pod("c", hash: "old"), .pod("d", isDeleting: true),
        ])
        #expect(status.json["observedGeneration"] == 4)
        #expect(status.json["replicas"] == 3)
        #expect(status.json["updatedReplicas"] == 2)
        #expect(status.json["readyReplicas"] == 2)
        #expect(status.json["availableReplicas"] == 2)
        #expect(status.json["unavailableReplicas"] == 1)
        let empty = Self.status(replicas: 0, pods: [])
        #expect(empty.json.objectValue?.keys == ["observedGeneration", "conditions"])
        #expect(Self.condition("Available", empty)?["status"] == "True")
    }

    @Test("available means ready for long enough, and the status says when that will change")
    func minReadySeconds() {
        let status = Self.status(replicas: 1, minReadySeconds: 30, pods: [.pod("a", age: 10)])
        #expect(status.json["readyReplicas"] == 1)
        #expect(status.json["availableReplicas"] == nil)
        #expect(status.changesAfterSeconds == 20)
        let later = Self.status(replicas: 1, minReadySeconds: 30, pods: [.pod("a", age: 10)], at: 20)
        #expect(later.json["availableReplicas"] == 1)
    }

    @Test("a rollout without progress fails at its deadline, and progress puts the deadline off")
    func progressDeadline() {
        let starting: [ObservedPod] = [.pod("a", isReady: false), .pod("b", isReady: false), .pod("c", isReady: false)]
        let first = Self.status(pods: starting)
        #expect(first.changesAfterSeconds == 60)
        let stuck = Self.status(after: first.json, pods: starting, at: 60)
        #expect(Self.condition("Progressing", stuck)?["reason"] == "ProgressDeadlineExceeded")
        #expect(Self.condition("Progressing", stuck)?["status"] == "False")

        let moved = Self.status(after: first.json, pods: [.pod("a")] + starting.dropFirst(), at: 50)
        #expect(Self.condition("Progressing", moved)?["status"] == "True")
        #expect(moved.changesAfterSeconds == 60)
        let done = Self.status(after: moved.json, pods: [.pod("a"), .pod("b"), .pod("c")], at: 70)
        #expect(Self.condition("Progressing", done)?["reason"] == "NewReplicaSetAvailable")
        #expect(done.changesAfterSeconds == nil)
    }

    @Test("the deadline of a new template counts from its beginning, however long the last rollout is over")
    func newRollout() {
        let done = Self.status(pods: [.pod("a"), .pod("b"), .pod("c")])
        let old: [ObservedPod] = [.pod("a", hash: "old"), .pod("b", hash: "old"), .pod("c", hash: "old")]
        let begun = Self.status(after: done.json, pods: old, at: 5000)
        #expect(Self.condition("Progressing", begun)?["reason"] == "ReplicaSetUpdated")
        #expect(begun.changesAfterSeconds == 60)

        let stuck = Self.status(after: begun.json, pods: old + [.pod("d", isReady: false)], at: 5010)
        let failed = Self.status(after: stuck.json, pods: old + [.pod("d", isReady: false)], at: 5070)
        #expect(Self.condition("Progressing", failed)?["status"] == "False")
        let mended = Self.status(after: failed.json, pods: old + [.pod("d", hash: "older", isReady: false)], at: 5080)
        #expect(Self.condition("Progressing", mended)?["status"] == "True")
        #expect(mended.changesAfterSeconds == 60)
    }

    @Test("a rollout that is over stays over when the scale changes")
    func scalingIsNoRollout() {
        let done = Self.status(pods: [.pod("a"), .pod("b"), .pod("c")])
        let scaled = Self.status(after: done.json, replicas: 5, pods: [.pod("a"), .pod("b"), .pod("c")], at: 500)
        #expect(Self.condition("Progressing", scaled) == Self.condition("Progressing", done))
        #expect(Self.condition("Available", scaled)?["status"] == "False")
        #expect(scaled.changesAfterSeconds == nil)
    }

    @Test("a condition that stays keeps the time of its last change")
    func transitionTimes() {
        let first = Self.status(pods: [])
        let second = Self.status(after: first.json, pods: [], at: 30)
        #expect(second.json == first.json)
        let available = Self.status(after: second.json, pods: [.pod("a"), .pod("b"), .pod("c")], at: 40)
        let time = WallTime(unixSeconds: Self.start + 40).rfc3339
        #expect(Self.condition("Available", available)?["lastTransitionTime"] == .string(time))
    }

    @Test("the hash of a template knows its content, not the order in which it is written")
    func templateHash() {
        let one: JSONValue = ["a": 1, "b": ["c": "x", "d": [1, 2]]]
        let same: JSONValue = ["b": ["d": [1, 2], "c": "x"], "a": 1]
        #expect(TemplateHash.text(of: one) == TemplateHash.text(of: same))
        #expect(TemplateHash.text(of: one) != TemplateHash.text(of: ["a": 1, "b": ["c": "x", "d": [2, 1]]]))
        // Stored in labels: it must never change.
        #expect(TemplateHash.text(of: ["a": 1]) == "vs2rvdfvnh")
    }
}
