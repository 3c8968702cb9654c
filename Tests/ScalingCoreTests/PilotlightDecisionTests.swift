import Testing
import Timekeeping

@testable import ScalingCore

@Suite("Policy pilotlight")
struct PilotlightDecisionTests {
    /// A scaler that a constant load was reported to, once a second up to `second`.
    static func scaler(
        load: Double,
        until second: Int = 100,
        ready: Int = 0,
        startup: Double? = 10,
        _ change: (inout ScalingConfiguration) -> Void = { _ in }
    ) -> RevisionScaler {
        var configuration = ScalingConfiguration(target: 7, total: 10)
        change(&configuration)
        var scaler = RevisionScaler(
            configuration: configuration,
            now: .zero,
            readyReplicas: ready,
            hasReachedInitialScale: true
        )
        if let startup { scaler.replicaStarted(tookSeconds: startup) }
        Self.report(load, 1...max(1, second), to: &scaler)
        return scaler
    }

    static func report(_ load: Double, _ seconds: ClosedRange<Int>, to scaler: inout RevisionScaler) {
        for second in seconds {
            let sample = LoadSample(averageConcurrency: load, requestsPerSecond: load)
            scaler.record(sample, from: "activator-0", at: .seconds(Double(second)))
        }
    }

    // MARK: Unknown is not zero

    @Test("without a report the scale is left as it is")
    func noReport() {
        var scaler = Self.scaler(load: 35)
        #expect(scaler.decide(.init(ready: 5), now: .seconds(100)).desiredReplicas == 5)
        let decision = scaler.decide(.init(ready: 5), now: .seconds(120))
        #expect(decision.desiredReplicas == nil)
        #expect(decision.stableValue == nil)
        #expect(decision.limits == [.unknownLoad])
        #expect(decision.explanation == "The scale stays as it is; 5 ready; nobody reported its load of late.")
    }

    @Test("without a count of ready replicas the scale is left as it is")
    func noCount() {
        var scaler = Self.scaler(load: 35)
        let decision = scaler.decide(.init(ready: nil), now: .seconds(100))
        #expect(decision.desiredReplicas == nil)
        #expect(decision.limits == [.unknownReplicas])
        #expect(decision.stableValue == 35)
    }

    @Test("bounds hold even while nothing is known")
    func boundsWithoutLoad() {
        var scaler = RevisionScaler(
            configuration: ScalingConfiguration(minScale: 3, maxScale: 8),
            now: .zero,
            readyReplicas: 0
        )
        #expect(scaler.decide(.init(ready: 1), now: .seconds(1)).desiredReplicas == 3)
        #expect(scaler.decide(.init(ready: 3), now: .seconds(2)).desiredReplicas == nil)
    }

    @Test("at zero with an empty queue nothing needs to be reported to know that zero is right")
    func zeroIsKnown() {
        var scaler = RevisionScaler(configuration: .init(), now: .zero, readyReplicas: 0, hasReachedInitialScale: true)
        let decision = scaler.decide(.init(ready: 0), now: .seconds(500))
        #expect(decision.desiredReplicas == 0)
        #expect(decision.recheckAfterSeconds == nil)
    }

    @Test("what ran while nobody reported is not dropped at the first report")
    func afterOutage() {
        var scaler = Self.scaler(load: 70)
        #expect(scaler.decide(.init(ready: 10), now: .seconds(100)).desiredReplicas == 10)
        for second in stride(from: 102.0, through: 200, by: 2) {
            _ = scaler.decide(.init(ready: 10), now: .seconds(second))
        }
        Self.report(7, 201...201, to: &scaler)
        #expect(scaler.decide(.init(ready: 10), now: .seconds(201)).desiredReplicas == 10)
    }

    @Test("an autoscaler that begins anew keeps what it finds for a while")
    func restart() {
        var scaler = Self.scaler(load: 7, until: 2, ready: 10, startup: nil)
        let decision = scaler.decide(.init(ready: 10), now: .seconds(2))
        #expect(decision.desiredReplicas == 10)
        #expect(decision.limits == [.recentPeak])
        Self.report(7, 3...61, to: &scaler)
        #expect(scaler.decide(.init(ready: 10), now: .seconds(61)).desiredReplicas == 5)
    }

    // MARK: Growing

    @Test("replicas that are starting count against the panic threshold")
    func startingCountsInPanic() {
        var scaler = Self.scaler(load: 35)
        let alone = scaler.decide(.init(ready: 1), now: .seconds(100))
        #expect(alone.isPanicking)
        #expect(alone.startingCounted == 0)
        var other = Self.scaler(load: 35)
        let coming = other.decide(
            .init(ready: 1, startingSince: Array(repeating: .seconds(95), count: 3)),
            now: .seconds(100)
        )
        #expect(!coming.isPanicking)
        #expect(coming.startingCounted == 3)
    }

    @Test("a replica that takes far too long to start is not counted on")
    func stuckIsNotCounted() {
        var scaler = Self.scaler(load: 35, startup: 10)
        let decision = scaler.decide(
            .init(ready: 1, startingSince: [.seconds(60), .seconds(69), .seconds(71)]),
            now: .seconds(100)
        )
        #expect(decision.startingCounted == 1)
    }

    @Test("panic ends when the load fits the replicas that are ready and starting")
    func panicEnds() {
        var scaler = Self.scaler(load: 35)
        #expect(scaler.decide(.init(ready: 1), now: .seconds(100)).isPanicking)
        let starting = Array(repeating: MonotonicInstant.seconds(100), count: 3)
        #expect(scaler.decide(.init(ready: 1, startingSince: starting), now: .seconds(102)).isPanicking)
        let all = Array(repeating: MonotonicInstant.seconds(100), count: 4)
        #expect(!scaler.decide(.init(ready: 1, startingSince: all), now: .seconds(104)).isPanicking)
    }

    @Test("a moment of load raises nothing unless it is a burst")
    func shortPeak() {
        var scaler = Self.scaler(load: 66)
        Self.report(84, 101...103, to: &scaler)
        #expect(scaler.decide(.init(ready: 10), now: .seconds(103)).desiredReplicas == 10)
        Self.report(84, 104...112, to: &scaler)
        let decision = scaler.decide(.init(ready: 10), now: .seconds(112))
        #expect(decision.desiredReplicas == 12)
        #expect(decision.driver == .sustainedLoad)
        #expect(decision.explanation.contains("for 6 s the average of 6 s did not fall below 84 requests"))
    }

    @Test("a load that has gone raises nothing, though the stable window still averages it")
    func goneLoad() {
        var scaler = Self.scaler(load: 70, until: 50)
        Self.report(7, 51...60, to: &scaler)
        let decision = scaler.decide(.init(ready: 2), now: .seconds(60))
        #expect(decision.stableValue ?? 0 > 50)
        #expect(decision.desiredReplicas == 2)
    }

    @Test("two decisions in a row do not square the scale-up rate")
    func rateOnEvents() {
        var scaler = Self.scaler(load: 700) { $0.maxScaleUpRate = 2 }
        #expect(scaler.decide(.init(ready: 2), now: .seconds(100)).desiredReplicas == 4)
        let coming = ReplicaObservation(ready: 2, startingSince: [.seconds(100), .seconds(100)])
        #expect(scaler.decide(coming, now: .seconds(100.5)).desiredReplicas == 4)
        #expect(scaler.decide(coming, now: .seconds(102)).desiredReplicas == 8)
    }

    @Test("while replicas start, what waits orders no more as long as they have room for it")
    func roomForQueue() {
        var scaler = RevisionScaler(
            configuration: .init(target: 7, total: 10),
            now: .zero,
            readyReplicas: 0,
            hasReachedInitialScale: true
        )
        func observation(_ waiting: Int, _ starting: Int) -> ReplicaObservation {
            let since = Array(repeating: MonotonicInstant.seconds(1), count: starting)
            return ReplicaObservation(ready: 0, startingSince: since, waitingRequests: waiting)
        }
        #expect(scaler.decide(observation(7, 0), now: .seconds(1)).desiredReplicas == 1)
        let decision = scaler.decide(observation(10, 1), now: .seconds(2))
        #expect(decision.desiredReplicas == nil, "one is coming, and ten fit")
        #expect(scaler.decide(observation(11, 1), now: .seconds(3)).desiredReplicas == 2)
    }

    // MARK: Shrinking

    @Test(
        "a ready replica is kept for a recent peak as long as starting another would take",
        arguments: [(0.1, 111), (20.0, 125), (200, 165)]
    )
    func keptByStartup(startup: Double, last: Int) {
        var scaler = Self.scaler(load: 1, until: 99, startup: startup) { $0.maxScaleDownRate = 1000 }
        var kept: [Int] = []
        var ready = 1
        for second in 100...200 {
            Self.report(second <= 105 ? 35 : 1, second...second, to: &scaler)
            ready = scaler.decide(.init(ready: ready), now: .seconds(Double(second))).desiredReplicas ?? ready
            if second >= 106, ready == 5 { kept.append(second) }
        }
        // Up to second 106 the last six seconds average more than four replicas carry.
        #expect(kept == Array(106...last))
    }

    @Test("what the queue ordered is kept like a peak, though the averages never show it")
    func keptForQueue() {
        var scaler = Self.scaler(load: 0, until: 100, startup: 0.2) { $0.maxScaleDownRate = 1000 }
        #expect(scaler.decide(.init(ready: 0, waitingRequests: 50), now: .seconds(100)).desiredReplicas == 8)
        Self.report(5, 101...120, to: &scaler)
        #expect(scaler.decide(.init(ready: 8), now: .seconds(105)).desiredReplicas == 8)
        #expect(scaler.decide(.init(ready: 8), now: .seconds(106)).desiredReplicas == 1)
    }

    @Test("the scale-down rate counts from what was asked for two seconds ago, however often one decides")
    func shrinkRateOnEvents() {
        var scaler = Self.scaler(load: 140, startup: 0) { $0.panicWindowSeconds = 1 }
        #expect(scaler.decide(.init(ready: 20), now: .seconds(100)).desiredReplicas == 20)
        Self.report(0, 101...160, to: &scaler)
        let asked = [160, 160.3, 161, 161.9, 162, 164].map {
            scaler.decide(.init(ready: 20), now: .seconds($0)).desiredReplicas
        }
        #expect(asked == [10, 10, 10, 10, 5, 2])
    }

    @Test("what nobody can reach shrinks at once and ignores the minimum")
    func unreachable() {
        var scaler = Self.scaler(load: 0, ready: 9) {
            $0.isReachable = false
            $0.minScale = 3
            $0.scaleDownDelaySeconds = 600
        }
        #expect(scaler.decide(.init(ready: 9), now: .seconds(100)).desiredReplicas == 0)
    }

    // MARK: Zero

    @Test("zero comes when the stable window and the retention period have passed without load", arguments: [0.0, 25])
    func zero(retention: Double) {
        var scaler = Self.scaler(load: 7) { $0.scaleToZeroPodRetentionSeconds = retention }
        #expect(scaler.decide(.init(ready: 1), now: .seconds(100)).desiredReplicas == 1)
        let zero = 160 + Int(retention)
        for second in 101...(zero + 5) {
            Self.report(0, second...second, to: &scaler)
            let decision = scaler.decide(.init(ready: 1), now: .seconds(Double(second)))
            #expect(decision.desiredReplicas == (second < zero ? 1 : 0), "second \(second)")
            if second == zero - 1, retention > 0 {
                #expect(decision.limits == [.idleTooShort])
                #expect(decision.recheckAfterSeconds == 1)
            }
        }
    }

    @Test("a replica that has just started for somebody who left is kept for a stable window")
    func startedInVain() {
        var scaler = Self.scaler(load: 7, until: 5)
        Self.report(0, 6...70, to: &scaler)
        #expect(scaler.decide(.init(ready: 0, waitingRequests: 1), now: .seconds(70)).desiredReplicas == 1)
        Self.report(0, 71...200, to: &scaler)
        let starting = ReplicaObservation(ready: 0, startingSince: [.seconds(70)])
        #expect(scaler.decide(starting, now: .seconds(80)).desiredReplicas == 1)
        #expect(scaler.decide(.init(ready: 1), now: .seconds(139)).desiredReplicas == 1)
        Self.report(0, 140...140, to: &scaler)
        #expect(scaler.decide(.init(ready: 1), now: .seconds(140)).desiredReplicas == 0)
    }

    @Test("zero is not decided upon old news")
    func zeroNeedsNews() {
        var scaler = Self.scaler(load: 7, until: 40) { $0.scaleToZeroPodRetentionSeconds = 30 }
        Self.report(0, 41...120, to: &scaler)
        #expect(scaler.decide(.init(ready: 1), now: .seconds(120)).limits == [.idleTooShort])
        let decision = scaler.decide(.init(ready: 1), now: .seconds(131))
        #expect(decision.desiredReplicas == 1)
        #expect(decision.limits == [.unknownLoad])
        Self.report(0, 132...132, to: &scaler)
        #expect(scaler.decide(.init(ready: 1), now: .seconds(132)).desiredReplicas == 0)
    }

    @Test("zero that is switched off is one")
    func zeroDisabled() {
        var scaler = Self.scaler(load: 0) { $0.enableScaleToZero = false }
        let decision = scaler.decide(.init(ready: 1), now: .seconds(100))
        #expect(decision.desiredReplicas == 1)
        #expect(decision.limits.contains(.scaleToZeroDisabled))
    }

    // MARK: Bounds

    @Test(
        "bounds and the activation scale",
        arguments: [
            (load: 7.0, min: 0, max: 0, activation: 3, desired: 3, limit: ScalingLimit.activationScale),
            (load: 0, min: 0, max: 0, activation: 3, desired: 1, limit: .idleTooShort),
            (load: 7, min: 4, max: 0, activation: 1, desired: 4, limit: .minScale),
            (load: 70, min: 0, max: 8, activation: 1, desired: 8, limit: .maxScale),
            (load: 7, min: 4, max: 2, activation: 1, desired: 2, limit: .maxScale),
        ]
    )
    func bounds(load: Double, min: Int, max: Int, activation: Int, desired: Int, limit: ScalingLimit) {
        var scaler = Self.scaler(load: load) {
            $0.minScale = min
            $0.maxScale = max
            $0.activationScale = activation
            $0.scaleToZeroPodRetentionSeconds = 600
        }
        let decision = scaler.decide(.init(ready: 1), now: .seconds(100))
        #expect(decision.desiredReplicas == desired)
        #expect(decision.limits.contains(limit))
    }

    @Test("a new revision reaches its initial scale once")
    func initialScale() {
        var scaler = RevisionScaler(
            configuration: .init(target: 7, total: 10, stableWindowSeconds: 6, initialScale: 3),
            now: .zero,
            readyReplicas: 0
        )
        #expect(scaler.decide(.init(ready: 0), now: .seconds(1)).desiredReplicas == 3)
        Self.report(0, 1...100, to: &scaler)
        #expect(scaler.decide(.init(ready: 2), now: .seconds(100)).desiredReplicas == 3)
        _ = scaler.decide(.init(ready: 3), now: .seconds(100))
        Self.report(0, 101...200, to: &scaler)
        var last: Int?
        for second in stride(from: 190.0, through: 200, by: 2) {
            last = scaler.decide(.init(ready: 3), now: .seconds(second)).desiredReplicas
        }
        #expect(last == 0)
    }
}
