public import StructuredData
public import Timekeeping

/// Decides how many replicas one revision should have.
///
/// A value: it has no clock and reads nothing. Whoever owns it hands in reports, observations and instants, and equal
/// calls give equal answers, so the live autoscaler and a simulation decide alike.
///
/// ```swift
/// var scaler = RevisionScaler(configuration: .init(), now: .zero, readyReplicas: 0)
/// scaler.record(.init(averageConcurrency: 350, requestsPerSecond: 90), from: "activator-0", at: .seconds(1))
/// scaler.decide(.init(ready: 1), now: .seconds(1)).desiredReplicas  // 5, at 70 each
/// ```
public struct RevisionScaler: Sendable, Equatable {
    public private(set) var configuration: ScalingConfiguration
    // Exactly one of the two is there. An enum would copy the windows whenever one of them is written to.
    private var knative: KnativeScaler?
    private var pilotlight: PilotlightScaler?
    private var startup = StartupEstimate()
    private var lastReady: Int
    private var hasReachedInitialScale: Bool

    /// - Parameters:
    ///   - readyReplicas: Replicas that are ready now, 0 when that is not known.
    ///   - hasReachedInitialScale: Whether `initialScale` was reached in an earlier life of the autoscaler.
    public init(
        configuration: ScalingConfiguration,
        now: MonotonicInstant,
        readyReplicas: Int,
        hasReachedInitialScale: Bool = false
    ) {
        self.configuration = configuration.legalized
        self.lastReady = readyReplicas
        self.hasReachedInitialScale = hasReachedInitialScale
        self.begin(at: now)
    }

    /// Takes in what one reporter measured.
    ///
    /// A reporter that falls silent is not a load of zero: policy `pilotlight` lets its last report stand, and after
    /// the age limit holds the scale. Whoever receives reports must therefore record a zero for a reporter that is
    /// alive and has nothing to tell of this revision, or the revision will never go to zero.
    ///
    /// - Parameter now: When the report came in; one that is older than the newest counts as the newest.
    /// - Complexity: Constant time on average, and no allocation once the reporter is known.
    public mutating func record(_ sample: LoadSample, from reporter: String, at now: MonotonicInstant) {
        // What is no number tells nothing, as if it had not come.
        guard sample.value(of: .concurrency).isFinite, sample.value(of: .rps).isFinite else { return }
        self.knative?.record(sample, at: now)
        self.pilotlight?.record(sample, from: reporter, at: now)
    }

    /// A reporter said goodbye: what it reported no longer counts, at once.
    public mutating func reporterLeft(_ reporter: String, at now: MonotonicInstant) {
        self.pilotlight?.reporterLeft(reporter)
    }

    /// Decides; may be called at any time, on ticks and on events.
    ///
    /// With policy `pilotlight` a second call with the same arguments gives the same answer as the first.
    ///
    /// - Complexity: O(seconds of the stable window) at worst.
    public mutating func decide(_ observation: ReplicaObservation, now: MonotonicInstant) -> ScalingDecision {
        self.lastReady = observation.ready ?? self.lastReady
        if let ready = observation.ready, ready >= self.configuration.scaleToBegin {
            self.hasReachedInitialScale = true
        }
        if let decision = self.pilotlight?.decide(observation, now: now) { return decision }
        if let decision = self.knative?.decide(observation, now: now) { return decision }
        preconditionFailure("neither policy is there")
    }

    /// Takes over changed settings and keeps what was learned and measured as far as it still applies.
    ///
    /// A change of policy keeps the learned start-up time and begins the rest anew, as after a restart.
    public mutating func reconfigure(_ configuration: ScalingConfiguration, now: MonotonicInstant) {
        let configuration = configuration.legalized
        guard configuration != self.configuration else { return }
        let isOtherPolicy = configuration.policy != self.configuration.policy
        self.configuration = configuration
        if isOtherPolicy {
            self.begin(at: now)
        } else {
            self.knative?.reconfigure(configuration)
            self.pilotlight?.reconfigure(configuration)
        }
    }

    /// A replica became ready; its start-up time improves the estimate.
    public mutating func replicaStarted(tookSeconds: Double) {
        self.startup.record(tookSeconds)
        self.pilotlight?.replicaStarted(tookSeconds: tookSeconds)
    }

    /// What the keep-alive rule has learned, to outlive a restart; `nil` without a rule.
    public func keepAliveSnapshot(at now: MonotonicInstant) -> JSONValue? {
        self.pilotlight?.keepAliveSnapshot(at: now)
    }

    /// Takes over what an earlier life's keep-alive rule had learned; ignored when it was another rule.
    ///
    /// - Parameter ageSeconds: How long ago the snapshot was taken.
    public mutating func restoreKeepAlive(_ snapshot: JSONValue, ageSeconds: Double, at now: MonotonicInstant) {
        self.pilotlight?.restoreKeepAlive(snapshot, ageSeconds: ageSeconds, at: now)
    }

    /// By when a start should be over, by experience; `nil` before the first one.
    public var expectedStartupSeconds: Double? { self.startup.expectedSeconds }

    func quietSpell(_ replicas: Int, mostLoad: Double, _ now: MonotonicInstant) -> QuietSpell? {
        if let pilotlight = self.pilotlight { return pilotlight.quietSpell(replicas, mostLoad: mostLoad, now) }
        return self.knative?.quietSpell(replicas, mostLoad: mostLoad, now)
    }

    private mutating func begin(at now: MonotonicInstant) {
        self.knative = nil
        self.pilotlight = nil
        switch self.configuration.policy {
        case .knative:
            self.knative = KnativeScaler(
                configuration: self.configuration,
                now: now,
                readyReplicas: self.lastReady,
                hasReachedInitialScale: self.hasReachedInitialScale
            )
        case .pilotlight:
            self.pilotlight = PilotlightScaler(
                configuration: self.configuration,
                now: now,
                readyReplicas: self.lastReady,
                hasReachedInitialScale: self.hasReachedInitialScale,
                startup: self.startup
            )
        }
    }
}
