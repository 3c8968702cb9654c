import StructuredData
import Timekeeping

/// Policy `pilotlight` as a whole: what was reported, and what is made of it.
struct PilotlightScaler: Sendable, Equatable {
    private var history: LoadHistory
    private var decider: PilotlightDecider

    init(
        configuration: ScalingConfiguration,
        now: MonotonicInstant,
        readyReplicas: Int,
        hasReachedInitialScale: Bool,
        startup: StartupEstimate
    ) {
        self.history = LoadHistory(configuration)
        self.decider = PilotlightDecider(
            configuration: configuration,
            now: now,
            hasReachedInitialScale: hasReachedInitialScale,
            startup: startup
        )
        // Whatever runs when an autoscaler begins was needed a moment ago, for all it knows.
        self.history.trail.recordNeed(Double(readyReplicas) * configuration.target, second: now.wholeSeconds)
    }

    mutating func record(_ sample: LoadSample, from reporter: String, at now: MonotonicInstant) {
        self.history.record(sample, from: reporter, at: now)
    }

    mutating func reporterLeft(_ reporter: String) { self.history.leave(reporter) }

    mutating func decide(_ observation: ReplicaObservation, now: MonotonicInstant) -> ScalingDecision {
        let reading = self.history.read(at: now)
        return self.decider.decide(observation, reading, trail: &self.history.trail, now: now)
    }

    mutating func replicaStarted(tookSeconds: Double) { self.decider.replicaStarted(tookSeconds: tookSeconds) }

    /// What the keep-alive rule has learned; `nil` without a rule.
    func keepAliveSnapshot(at now: MonotonicInstant) -> JSONValue? { self.decider.keepAlive?.snapshot(at: now) }

    mutating func restoreKeepAlive(_ snapshot: JSONValue, ageSeconds: Double, at now: MonotonicInstant) {
        self.decider.keepAlive?.restore(snapshot, ageSeconds: ageSeconds, at: now)
    }

    mutating func reconfigure(_ configuration: ScalingConfiguration) {
        self.history.reconfigure(configuration)
        self.decider.reconfigure(configuration)
    }
}
