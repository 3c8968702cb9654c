import StructuredData
import Testing
import Timekeeping

@testable import ScalingCore

@Suite("Any scaler on any input")
struct RevisionScalerTests {
    static func pick(_ values: [Double], _ random: inout SeededGenerator) -> Double {
        values[Int.random(in: 0..<values.count, using: &random)]
    }

    /// Settings at random, sensible and not.
    static func configuration(_ policy: ScalingPolicyName, _ random: inout SeededGenerator) -> ScalingConfiguration {
        let stable = Int.random(in: 6...90, using: &random)
        let total = Self.pick([1, 2, 10, 100], &random)
        return ScalingConfiguration(
            policy: policy,
            metric: Bool.random(using: &random) ? .concurrency : .rps,
            target: total * Self.pick([0.5, 0.7, 1], &random),
            total: total,
            targetBurstCapacity: Self.pick([-1, 0, 50, 211], &random),
            panicThreshold: Double.random(in: 1.1...4, using: &random),
            stableWindowSeconds: stable,
            panicWindowSeconds: Int.random(in: 1...stable, using: &random),
            maxScaleUpRate: Self.pick([1.1, 2, 10, 1000], &random),
            maxScaleDownRate: Self.pick([1.1, 2, 10], &random),
            minScale: Int.random(in: 0...3, using: &random),
            maxScale: Int(Self.pick([0, 5, 40], &random)),
            initialScale: Int.random(in: 0...4, using: &random),
            activationScale: Int.random(in: 0...4, using: &random),
            scaleDownDelaySeconds: Self.pick([0, 0, 7, 60], &random),
            scaleToZeroPodRetentionSeconds: Self.pick([0, 0, 30], &random),
            enableScaleToZero: Bool.random(using: &random),
            aggregation: Bool.random(using: &random) ? .linear : .weightedExponential,
            isReachable: Int.random(in: 0..<8, using: &random) > 0,
            reportAgeLimitSeconds: Int.random(in: 1...20, using: &random)
        )
    }

    /// One thing that happens to a scaler.
    enum Event {
        case report(LoadSample, String)
        case started(Double)
        case left(String)
        case decide(ReplicaObservation)
        case reconfigure(ScalingConfiguration)
    }

    static func events(
        _ count: Int,
        _ policy: ScalingPolicyName,
        _ random: inout SeededGenerator
    ) -> [(at: MonotonicInstant, event: Event)] {
        var seconds = 1000.0
        var level = 5.0
        return (0..<count).map { _ in
            seconds += Self.pick([0, 0.1, 0.5, 1, 1, 2, 25], &random)
            let name = ["a", "b", "c"].randomElement(using: &random) ?? "a"
            if Int.random(in: 0..<20, using: &random) == 0 {
                level = Self.pick([0, 0, 3, 40, 400], &random)
            }
            let event: Event
            switch Int.random(in: 0..<40, using: &random) {
            case 0: event = .started(Double.random(in: 0...90, using: &random))
            case 1: event = .left(name)
            case 2: event = .reconfigure(Self.configuration(policy, &random))
            case 3..<22:
                let load = level * Double.random(in: 0...2, using: &random)
                event = .report(.init(averageConcurrency: load, requestsPerSecond: load / 2), name)
            default:
                let starting = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    MonotonicInstant.seconds(seconds - Double.random(in: 0...100, using: &random))
                }
                event = .decide(
                    .init(
                        ready: Int.random(in: 0..<12, using: &random) == 0
                            ? nil : Int.random(in: 0...30, using: &random),
                        startingSince: starting,
                        waitingRequests: Bool.random(using: &random) ? 0 : Int.random(in: 0...200, using: &random),
                        inFlightRequests: Int.random(in: 0...50, using: &random)
                    )
                )
            }
            return (.seconds(seconds), event)
        }
    }

    static func play(
        _ events: [(at: MonotonicInstant, event: Event)],
        _ scaler: inout RevisionScaler,
        decisionsTwice: Bool = false,
        _ check: (ScalingDecision, ReplicaObservation, Int) -> Void = { _, _, _ in }
    ) -> [ScalingDecision] {
        var decisions: [ScalingDecision] = []
        for (number, (now, event)) in events.enumerated() {
            switch event {
            case .report(let sample, let name): scaler.record(sample, from: name, at: now)
            case .started(let seconds): scaler.replicaStarted(tookSeconds: seconds)
            case .left(let name): scaler.reporterLeft(name, at: now)
            case .reconfigure(let configuration): scaler.reconfigure(configuration, now: now)
            case .decide(let observation):
                if decisionsTwice { _ = scaler.decide(observation, now: now) }
                let decision = scaler.decide(observation, now: now)
                check(decision, observation, number)
                decisions.append(decision)
            }
        }
        return decisions
    }

    @Test("equal input gives equal decisions, bit for bit", arguments: 1...12)
    func deterministic(seed: UInt64) {
        for policy in ScalingPolicyName.allCases {
            var random = SeededGenerator(seed: seed)
            let configuration = Self.configuration(policy, &random)
            let events = Self.events(400, policy, &random)
            var first = RevisionScaler(configuration: configuration, now: .seconds(1000), readyReplicas: 2)
            var second = first
            #expect(Self.play(events, &first) == Self.play(events, &second), "seed \(seed), \(policy)")
            #expect(first == second, "seed \(seed), \(policy)")
        }
    }

    @Test("with pilotlight a decision asked for twice is the same, and changes nothing that follows", arguments: 1...25)
    func idempotent(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let configuration = Self.configuration(.pilotlight, &random)
        let events = Self.events(400, .pilotlight, &random)
        var once = RevisionScaler(configuration: configuration, now: .seconds(1000), readyReplicas: 2)
        var twice = once
        #expect(Self.play(events, &once) == Self.play(events, &twice, decisionsTwice: true), "seed \(seed)")
        #expect(once == twice, "seed \(seed)")
    }

    @Test("every decision keeps the bounds, and is explained", arguments: 1...25)
    func bounds(seed: UInt64) {
        for policy in ScalingPolicyName.allCases {
            var random = SeededGenerator(seed: seed)
            let configuration = Self.configuration(policy, &random)
            let events = Self.events(300, policy, &random)
            var scaler = RevisionScaler(configuration: configuration, now: .seconds(1000), readyReplicas: 2)
            var settings = configuration
            let changes = events.enumerated().compactMap { number, event in
                if case .reconfigure(let changed) = event.event { (number, changed) } else { nil }
            }
            _ = Self.play(events, &scaler) { decision, observation, number in
                settings = changes.last { $0.0 < number }?.1 ?? configuration
                let place = "seed \(seed), event \(number), \(policy)"
                #expect(decision.explanation.hasSuffix("."), "\(place)")
                #expect(decision.json["reason"] != nil, "\(place)")
                guard let desired = decision.desiredReplicas else {
                    #expect(!decision.limits.isEmpty || decision.stableValue == nil, "\(place): held without a reason")
                    return
                }
                if settings.maxScale > 0, policy == .pilotlight { #expect(desired <= settings.maxScale, "\(place)") }
                if settings.isReachable, policy == .pilotlight {
                    let least = settings.maxScale > 0 ? min(settings.minScale, settings.maxScale) : settings.minScale
                    #expect(desired >= least, "\(place)")
                }
                if observation.ready == nil { #expect(decision.limits.contains(.unknownReplicas), "\(place)") }
            }
        }
    }

    @Test("numbers without sense do no harm", arguments: ScalingPolicyName.allCases)
    func nonsense(policy: ScalingPolicyName) {
        for value in [Double.nan, .infinity, -.infinity, -5, 0, 1e300, -1e300] {
            let configuration = ScalingConfiguration(
                policy: policy,
                target: value,
                total: value,
                targetBurstCapacity: value,
                panicThreshold: value,
                stableWindowSeconds: value == 0 ? 0 : -3,
                panicWindowSeconds: 9_999_999,
                maxScaleUpRate: value,
                maxScaleDownRate: value,
                minScale: value == 0 ? .min : .max,
                maxScale: .max,
                initialScale: .min,
                activationScale: .max,
                scaleDownDelaySeconds: value,
                scaleToZeroGraceSeconds: value,
                scaleToZeroPodRetentionSeconds: value,
                progressDeadlineSeconds: value,
                reportAgeLimitSeconds: .min
            )
            var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 1)
            scaler.replicaStarted(tookSeconds: value)
            let sample = LoadSample(averageConcurrency: value, requestsPerSecond: value)
            for second in 0...70 { scaler.record(sample, from: "a", at: .seconds(Double(second))) }
            for instant in [MonotonicInstant.seconds(70), .seconds(3), .seconds(-3), .seconds(1e9)] {
                let decision = scaler.decide(
                    .init(ready: 1, startingSince: [.seconds(-1e9), .seconds(1e9)], waitingRequests: 3),
                    now: instant
                )
                #expect(!decision.explanation.isEmpty)
                #expect(decision.desiredReplicas ?? 0 >= 0)
            }
        }
    }

    @Test("a change of policy keeps the learned start-up time and what it finds running")
    func changeOfPolicy() {
        var configuration = ScalingConfiguration(policy: .knative, target: 7, total: 10)
        var scaler = RevisionScaler(configuration: configuration, now: .zero, readyReplicas: 4)
        scaler.replicaStarted(tookSeconds: 33)
        _ = scaler.decide(.init(ready: 6), now: .seconds(1))
        configuration.policy = .pilotlight
        scaler.reconfigure(configuration, now: .seconds(2))
        #expect(scaler.expectedStartupSeconds == 33)
        scaler.record(.init(averageConcurrency: 1, requestsPerSecond: 1), from: "a", at: .seconds(3))
        let decision = scaler.decide(.init(ready: 6), now: .seconds(3))
        #expect(decision.policy == .pilotlight)
        #expect(decision.desiredReplicas == 6)
        #expect(decision.keepSeconds == 33)
    }

    @Test("settings out of range are named with the range")
    func problems() {
        #expect(ScalingConfiguration().problems.isEmpty)
        var settings = ScalingConfiguration(target: 0, targetBurstCapacity: -0.5, panicThreshold: 1, maxScaleUpRate: 1)
        settings.stableWindowSeconds = 4000
        settings.scaleDownDelaySeconds = .nan
        #expect(
            settings.problems.map(\.path) == [
                "target", "targetBurstCapacity", "panicThreshold", "stableWindowSeconds", "maxScaleUpRate",
                "scaleDownDelaySeconds",
            ]
        )
        #expect(settings.problems.first?.message == "is 0, but must be at least 0.01")
    }
}
