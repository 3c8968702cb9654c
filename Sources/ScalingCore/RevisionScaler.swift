public import Timekeeping

/// Decides how many replicas one revision should have.
///
/// A value: it has no clock and reads nothing. Whoever owns it hands in reports, observations and instants, and equal
/// calls give equal answers, so the live autoscaler and a simulation decide alike.
public struct RevisionScaler: Sendable {
    public private(set) var configuration: ScalingConfiguration
    private var lastConcurrency = 0.0

    /// - Parameters:
    ///   - readyReplicas: Replicas that are ready now, 0 when that is not known.
    ///   - hasReachedInitialScale: Whether `initialScale` was reached in an earlier life of the autoscaler.
    public init(
        configuration: ScalingConfiguration,
        now: MonotonicInstant,
        readyReplicas: Int,
        hasReachedInitialScale: Bool = false
    ) {
        self.configuration = configuration
    }

    /// Takes in what one reporter measured.
    ///
    /// A reporter that falls silent is not a load of zero. Whoever receives reports must say zero for a reporter that
    /// is alive and has nothing to tell of this revision.
    public mutating func record(_ sample: LoadSample, from reporter: String, at now: MonotonicInstant) {
        self.lastConcurrency = sample.value(of: self.configuration.metric)
    }

    /// A reporter said goodbye: what it reported no longer counts, at once.
    public mutating func reporterLeft(_ reporter: String, at now: MonotonicInstant) {}

    /// Decides; may be called at any time, on ticks and on events.
    public mutating func decide(_ observation: ReplicaObservation, now: MonotonicInstant) -> ScalingDecision {
        let load = max(self.lastConcurrency, Double(observation.waitingRequests + observation.inFlightRequests))
        let desired = Int((load / self.configuration.target).rounded(.up))
        return ScalingDecision(
            policy: self.configuration.policy,
            desiredReplicas: observation.ready == nil ? nil : desired,
            excessBurstCapacity: 0,
            isPanicking: false,
            stableValue: load,
            panicValue: load,
            readyReplicas: observation.ready,
            startingCounted: observation.startingSince.count,
            limits: []
        )
    }

    /// Takes over changed settings and keeps what was learned and measured as far as it still applies.
    public mutating func reconfigure(_ configuration: ScalingConfiguration, now: MonotonicInstant) {
        self.configuration = configuration
    }

    /// A replica became ready; its start-up time improves the estimate.
    public mutating func replicaStarted(tookSeconds: Double) {}

    /// How long a replica takes to start, by experience; `nil` before the first one.
    public var expectedStartupSeconds: Double? { nil }
}
