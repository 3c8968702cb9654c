import ScalingCore
import Testing
import Timekeeping

/// What is promised of a quiet spell is held to by asking at every moment of it.
@Suite("Quiet spells")
struct QuietSpellTests {
    /// A scaler with one replica and a history drawn at random, and the last decision's moment.
    private static func history(
        _ policy: ScalingPolicyName,
        _ random: inout SeededGenerator
    ) -> (scaler: RevisionScaler, replicas: Int, now: MonotonicInstant) {
        let least = Int.random(in: 0...2, using: &random)
        var configuration = ScalingConfiguration(
            policy: policy,
            target: [0.7, 7, 70].randomElement(using: &random) ?? 7
        )
        configuration.total = configuration.target / 0.7
        configuration.minScale = least
        configuration.stableWindowSeconds = [6, 20, 60].randomElement(using: &random) ?? 60
        configuration.aggregation = Bool.random(using: &random) ? .linear : .weightedExponential
        configuration.targetBurstCapacity = [211, -1, 0].randomElement(using: &random) ?? 0
        configuration.scaleToZeroPodRetentionSeconds = Bool.random(using: &random) ? 0 : 11.5
        let replicas = max(1, least)
        var scaler = RevisionScaler(
            configuration: configuration,
            now: .zero,
            readyReplicas: replicas,
            hasReachedInitialScale: true
        )
        var now = MonotonicInstant.zero
        // Most histories are below what the replicas carry, some above, and some end with seconds of nothing.
        let height = configuration.target * Double(replicas) * Double.random(in: 0...1.1, using: &random)
        let loaded = Int.random(in: 0...90, using: &random)
        for second in 1...100 {
            now = .seconds(Double(second))
            let load = second <= loaded ? Double.random(in: 0...max(height, 1e-9), using: &random) : 0
            scaler.record(Self.sample(load), from: "activator", at: now)
            if second % 2 == 0 { _ = scaler.decide(.init(ready: replicas), now: now) }
        }
        return (scaler, replicas, now)
    }

    private static func sample(_ load: Double) -> LoadSample {
        LoadSample(averageConcurrency: load, requestsPerSecond: load)
    }

    @Test(
        "within a spell every decision asks for what there is, whatever comes within its bounds",
        arguments: ScalingPolicyName.allCases
    )
    func kept(policy: ScalingPolicyName) {
        var random = SeededGenerator(seed: 11)
        var spells = 0
        for _ in 0..<400 {
            var (scaler, replicas, now) = Self.history(policy, &random)
            guard let spell = scaler.quietSpell(replicas: replicas, now: now) else { continue }
            spells += 1
            let end = min(spell.until ?? .seconds(400), .seconds(400))
            // Nothing at all, as much as is allowed, or anything between.
            let kind = Int.random(in: 0...2, using: &random)
            var second = now.wholeSeconds + 1
            while true {
                now = now.advanced(byNanoseconds: Int64.random(in: 1...2_500_000_000, using: &random))
                while .seconds(Double(second)) <= now {
                    let load =
                        kind == 0 ? 0 : kind == 1 ? spell.mostLoad : .random(in: 0...spell.mostLoad, using: &random)
                    scaler.record(Self.sample(load), from: "activator", at: .seconds(Double(second)))
                    second += 1
                }
                guard now < end else { break }
                let inFlight = kind == 0 ? 0 : Int.random(in: 0...3, using: &random)
                let observation = ReplicaObservation(ready: replicas, inFlightRequests: inFlight)
                let desired = scaler.decide(observation, now: now).desiredReplicas
                #expect(desired == replicas, "\(policy) at \(now) of \(end), load kind \(kind)")
                guard desired == replicas else { return }
            }
        }
        #expect(spells > 100, "\(spells)")
    }

    @Test("a spell lasts until a stable window after the last load, and the last replica goes soon after") func end() {
        var scaler = RevisionScaler(configuration: .init(), now: .zero, readyReplicas: 1, hasReachedInitialScale: true)
        for second in 1...30 {
            scaler.record(Self.sample(second <= 20 ? 5 : 0), from: "activator", at: .seconds(Double(second)))
        }
        _ = scaler.decide(.init(ready: 1), now: .seconds(30))
        #expect(scaler.quietSpell(replicas: 1, now: .seconds(30))?.until == .seconds(80))
        for second in 31...79 { scaler.record(Self.sample(0), from: "activator", at: .seconds(Double(second))) }
        #expect(scaler.decide(.init(ready: 1), now: .seconds(79.999)).desiredReplicas == 1)
        for second in 80...90 { scaler.record(Self.sample(0), from: "activator", at: .seconds(Double(second))) }
        #expect(scaler.decide(.init(ready: 1), now: .seconds(90)).desiredReplicas == 0)
    }

    @Test("nothing is promised above the least scale, in a load that needs more, or in panic")
    func notPromised() {
        var two = RevisionScaler(configuration: .init(), now: .zero, readyReplicas: 2, hasReachedInitialScale: true)
        two.record(Self.sample(100), from: "activator", at: .seconds(1))
        #expect(two.decide(.init(ready: 2), now: .seconds(2)).desiredReplicas == 2)
        #expect(two.quietSpell(replicas: 2, now: .seconds(2)) == nil)
        for policy in ScalingPolicyName.allCases {
            var one = RevisionScaler(
                configuration: .init(policy: policy, maxScale: 1),
                now: .zero,
                readyReplicas: 1,
                hasReachedInitialScale: true
            )
            one.record(Self.sample(69.9), from: "activator", at: .seconds(1))
            #expect(one.decide(.init(ready: 1), now: .seconds(2)).desiredReplicas == 1)
            #expect(one.quietSpell(replicas: 1, now: .seconds(2)) == nil)
        }
    }
}

extension MonotonicInstant {
    fileprivate var wholeSeconds: Int64 { self.nanoseconds / 1_000_000_000 }
}
