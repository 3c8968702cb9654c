import StructuredData
import Testing
import Timekeeping

@testable import ScalingCore

/// What policy `pilotlight` mends, each time beside `knative` on the same input.
@Suite("Both policies on the same input")
struct PilotlightMendTests {
    static func configuration(
        _ policy: ScalingPolicyName,
        _ aggregation: WindowAggregation = .linear
    ) -> ScalingConfiguration {
        ScalingConfiguration(policy: policy, target: 7, total: 10, aggregation: aggregation)
    }

    static func run(
        _ policy: ScalingPolicyName,
        startup: Double,
        until end: Int,
        _ load: (Int) -> Double
    ) -> ClosedLoop {
        var loop = ClosedLoop(Self.configuration(policy), startupSeconds: startup)
        loop.run(until: end, load: load)
        return loop
    }

    /// Replica-seconds asked for by the least that carries the load.
    static func cost(_ loop: ClosedLoop, until end: Int, _ load: (Int) -> Double) -> Double {
        loop.podSeconds / Workload.leastPodSeconds(until: end, target: 7, load)
    }

    @Test(
        "a burst of 20 s with replicas that start in 60 s: knative holds 20 of them until 142 s, pilotlight until 56 s"
    )
    func slowStart() {
        let knative = Self.run(.knative, startup: 60, until: 260, Workload.burst)
        let pilotlight = Self.run(.pilotlight, startup: 60, until: 260, Workload.burst)
        #expect(knative.ticks.last { $0.decision.desiredReplicas == 20 }?.seconds == 142)
        #expect(pilotlight.ticks.last { $0.decision.desiredReplicas == 20 }?.seconds == 56)
        #expect(pilotlight.ticks.filter { $0.seconds > 66 }.allSatisfy { $0.decision.desiredReplicas ?? 0 <= 9 })
        #expect(abs(Self.cost(knative, until: 260, Workload.burst) - 2.93) < 0.005)
        #expect(abs(Self.cost(pilotlight, until: 260, Workload.burst) - 1.89) < 0.005)
        // Not at the expense of those who wait.
        #expect(pilotlight.waitingSeconds <= knative.waitingSeconds)
    }

    @Test("the same burst with replicas that start in 10 s: 2.10 times the least for knative, 1.52 for pilotlight")
    func burst() {
        let knative = Self.run(.knative, startup: 10, until: 260, Workload.burst)
        let pilotlight = Self.run(.pilotlight, startup: 10, until: 260, Workload.burst)
        #expect(knative.desired(at: 94) == 20)
        #expect(knative.desired(at: 96) == 10)
        #expect(pilotlight.desired(at: 48) == 20)
        #expect(pilotlight.desired(at: 54) == 9)
        #expect(abs(Self.cost(knative, until: 260, Workload.burst) - 2.10) < 0.005)
        #expect(abs(Self.cost(pilotlight, until: 260, Workload.burst) - 1.52) < 0.005)
        #expect(pilotlight.waitingSeconds <= knative.waitingSeconds)
        #expect(pilotlight.starts <= knative.starts)
    }

    @Test("a steady ramp: knative drops from 13 to 9 while the load rises, pilotlight never drops")
    func ramp() {
        let knative = Self.run(.knative, startup: 10, until: 200, Workload.ramp)
        let pilotlight = Self.run(.pilotlight, startup: 10, until: 200, Workload.ramp)
        #expect(knative.desired(at: 88) == 13)
        #expect(knative.desired(at: 90) == 9)
        let wanted = pilotlight.ticks.compactMap(\.decision.desiredReplicas)
        #expect(zip(wanted, wanted.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(wanted.last == 18)
        #expect(pilotlight.starts == 18)
        #expect(knative.starts == 22)
    }

    @Test("trace 11, demand rising: knative goes 34, 12, 34 within three ticks, pilotlight 31, 31, 34")
    func sawInTrace() throws {
        let replay = try DecisionReplay(json: Fixture.traces.json())
        func desired(_ policy: ScalingPolicyName) -> [Int?] {
            replay.outcomes(policy: policy).filter { $0.trace == 11 && (48...52).contains($0.seconds) }
                .map(\.decision.desiredReplicas)
        }
        #expect(desired(.knative) == [34, 12, 34])
        #expect(desired(.pilotlight) == [31, 31, 34])
    }

    @Test("reports that stop: knative's average rises from 16.7 to 100, pilotlight's stays, then the scale is held")
    func missingReports() {
        func values(_ policy: ScalingPolicyName) -> [Double?] {
            var configuration = Self.configuration(policy)
            configuration.stableWindowSeconds = 6
            var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 1)
            for second in 1...6 {
                let load = second == 6 ? 100.0 : 0
                let sample = LoadSample(averageConcurrency: load, requestsPerSecond: load)
                scaler.record(sample, from: "activator-0", at: .seconds(Double(second)))
            }
            return [6, 7, 8, 11, 40].map { scaler.decide(.init(ready: 1), now: .seconds($0)).stableValue }
        }
        #expect(values(.knative) == [16.666667, 20, 25, 100, nil])
        let held = values(.pilotlight)
        #expect(held.dropLast().allSatisfy { abs(($0 ?? 0) - 100.0 / 6) < 1e-6 })
        #expect(held.last == .some(nil))
    }

    @Test("one of three activators falls silent for 10 s: knative drops from 3 replicas to 2, pilotlight stays")
    func silentActivator() {
        func least(_ policy: ScalingPolicyName) -> Int? {
            var configuration = Self.configuration(policy)
            configuration.stableWindowSeconds = 6
            configuration.panicWindowSeconds = 6
            var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 0)
            var desired: [Int] = []
            for second in 1...60 {
                for name in ["a", "b", "c"] where name != "c" || !(30..<40).contains(second) {
                    let sample = LoadSample(averageConcurrency: 7, requestsPerSecond: 7)
                    scaler.record(sample, from: name, at: .seconds(Double(second)))
                }
                let decision = scaler.decide(.init(ready: 3), now: .seconds(Double(second)))
                if second >= 20 { desired += [decision.desiredReplicas].compactMap(\.self) }
            }
            return desired.min()
        }
        #expect(least(.knative) == 2)
        #expect(least(.pilotlight) == 3)
    }

    @Test("one second of 10 in flight, weighted: knative reads 2.0, pilotlight 10")
    func weightedWindow() {
        func value(_ policy: ScalingPolicyName) -> Double? {
            let configuration = Self.configuration(policy, .weightedExponential)
            var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 1)
            let sample = LoadSample(averageConcurrency: 10, requestsPerSecond: 10)
            scaler.record(sample, from: "activator-0", at: .seconds(1))
            return scaler.decide(.init(ready: 1), now: .seconds(1)).stableValue
        }
        #expect(abs((value(.knative) ?? 0) - 2) < 1e-12)
        #expect(abs((value(.pilotlight) ?? 0) - 10) < 1e-12)
    }

    @Test("50 requests wait at zero: knative orders 1, pilotlight the 8 they need")
    func fromZero() {
        func ordered(_ policy: ScalingPolicyName, rate: Double = 1000) -> ScalingDecision {
            var configuration = Self.configuration(policy)
            configuration.maxScaleUpRate = rate
            var scaler = RevisionScaler(
                configuration: configuration,
                now: .zero,
                readyReplicas: 0,
                hasReachedInitialScale: true
            )
            return scaler.decide(.init(ready: 0, waitingRequests: 50), now: .seconds(100))
        }
        #expect(ordered(.knative).desiredReplicas == 1)
        #expect(ordered(.pilotlight).desiredReplicas == 8)
        #expect(ordered(.pilotlight).limits.contains(.queue))
        let limited = ordered(.pilotlight, rate: 5)
        #expect(limited.desiredReplicas == 5)
        #expect(limited.limits.contains(.maxScaleUpRate))
    }

    @Test("50 requests a second of 1 s each to a service that was used before and starts in 60 s: 440 replicas, or 15")
    func queueWhileStarting() {
        func most(_ policy: ScalingPolicyName) -> (replicas: Int, podSeconds: Double, drained: Bool) {
            var loop = QueueLoop(Self.configuration(policy), startupSeconds: 60, serviceSeconds: 1)
            // The first life teaches how long a request takes, the second one is looked at.
            loop.run(for: 300) { _ in 5 }
            loop.run(for: 400) { _ in 0 }
            let before = loop.podSeconds
            loop.forgetMost()
            loop.run(for: 300) { _ in 50 }
            return (loop.mostReplicas, loop.podSeconds - before, loop.waiting == 0)
        }
        let knative = most(.knative)
        let pilotlight = most(.pilotlight)
        #expect(knative.replicas >= 400)
        #expect(pilotlight.replicas <= 16)
        #expect(knative.drained)
        #expect(pilotlight.drained)
        #expect(pilotlight.podSeconds * 5 < knative.podSeconds)
    }

    /// Requests in flight when they arrive independently: a normal approximation of the Poisson law, second by second.
    static func noise(around mean: Double, seconds: Int) -> [Double] {
        var random = SeededGenerator(seed: 5)
        return (0...seconds).map { _ in
            let normal = (0..<12).map { _ in Double.random(in: 0..<1, using: &random) }.reduce(-6, +)
            return max(0, (mean + normal * mean.squareRoot()).rounded())
        }
    }

    @Test(
        "what keeping peaks costs under a steady load with noise: more replicas, fewer starts",
        arguments: [
            (mean: 70.0, startup: 10.0, knative: (cost: 1.05, starts: 54), pilotlight: (cost: 1.08, starts: 31)),
            (mean: 20, startup: 60, knative: (cost: 1.03, starts: 11), pilotlight: (cost: 1.32, starts: 4)),
        ]
    )
    func steadyNoise(
        mean: Double,
        startup: Double,
        knative: (cost: Double, starts: Int),
        pilotlight: (cost: Double, starts: Int)
    ) {
        let loads = Self.noise(around: mean, seconds: 1800)
        let least = Workload.leastPodSeconds(until: 1800, target: 7) { _ in mean }
        for (policy, expected) in [(ScalingPolicyName.knative, knative), (.pilotlight, pilotlight)] {
            let loop = Self.run(policy, startup: startup, until: 1800) { loads[$0] }
            #expect(abs(loop.podSeconds / least - expected.cost) < 0.005, "\(policy)")
            #expect(loop.starts == expected.starts, "\(policy)")
        }
    }

    @Test("the scale-down delay can be changed while the autoscaler runs, with pilotlight only")
    func delayChanged() {
        func desired(_ policy: ScalingPolicyName) -> Int? {
            var configuration = Self.configuration(policy)
            configuration.stableWindowSeconds = 6
            configuration.panicWindowSeconds = 1
            var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 0)
            scaler.replicaStarted(tookSeconds: 1)
            configuration.scaleDownDelaySeconds = 300
            scaler.reconfigure(configuration, now: .zero)
            var last: Int?
            for second in 1...100 {
                let load = second < 40 ? 28.0 : 7
                let sample = LoadSample(averageConcurrency: load, requestsPerSecond: load)
                scaler.record(sample, from: "activator-0", at: .seconds(Double(second)))
                last = scaler.decide(.init(ready: 4), now: .seconds(Double(second))).desiredReplicas
            }
            return last
        }
        #expect(desired(.knative) == 2)
        #expect(desired(.pilotlight) == 4)
    }
}
