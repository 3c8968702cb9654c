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

    /// What `RevisionScaler.quietSpell` tells, for replicas and settings for which there is something to tell.
    func quietSpell(_ replicas: Int, mostLoad: Double, _ now: MonotonicInstant) -> QuietSpell? {
        // With nothing in the windows above what these replicas carry, no average asks for more.
        guard self.decider.isSettled(at: replicas), self.history.isKnown(at: now, within: mostLoad) else { return nil }
        guard let needed = self.decider.idleNanosecondsBeforeZero else {
            return QuietSpell(until: nil, mostLoad: mostLoad)
        }
        var idleSince = self.decider.lastNeeded
        if let lastLoaded = self.history.lastLoaded { idleSince = max(idleSince, lastLoaded) }
        return QuietSpell(until: idleSince.advanced(byNanoseconds: needed), mostLoad: mostLoad)
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
