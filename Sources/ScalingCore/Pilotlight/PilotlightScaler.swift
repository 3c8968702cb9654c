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
        self.history.recordNeed(Double(readyReplicas) * configuration.target, at: now)
    }

    mutating func record(_ sample: LoadSample, from reporter: String, at now: MonotonicInstant) {
        self.history.record(sample.value(of: self.decider.configuration.metric), from: reporter, at: now)
    }

    mutating func reporterLeft(_ reporter: String, at now: MonotonicInstant) {
        self.history.leave(reporter, at: now)
    }

    mutating func decide(_ observation: ReplicaObservation, now: MonotonicInstant) -> ScalingDecision {
        let reading = self.history.read(at: now)
        return self.decider.decide(observation, reading, trail: &self.history.trail, now: now)
    }

    mutating func replicaStarted(tookSeconds: Double) { self.decider.replicaStarted(tookSeconds: tookSeconds) }

    mutating func reconfigure(_ configuration: ScalingConfiguration) {
        if configuration.metric == self.decider.configuration.metric {
            self.history.reconfigure(configuration)
        } else {
            // Numbers of another unit: begin anew, and hold the scale until the first report.
            self.history = LoadHistory(configuration)
        }
        self.decider.reconfigure(configuration)
    }
}
