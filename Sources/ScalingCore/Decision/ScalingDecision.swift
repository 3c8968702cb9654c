/// How many replicas a revision should have, and the numbers that led there.
///
/// Holds numbers only; the sentence and the JSON are made when somebody asks for them.
public struct ScalingDecision: Sendable, Equatable {
    /// What the number of replicas was computed from, before any limit.
    public enum Driver: String, Sendable {
        /// The average over the stable window.
        case stableWindow
        /// The average over the panic window.
        case panicWindow
        /// What the average over the panic window did not fall below for a whole panic window.
        case sustainedLoad
        /// Requests that wait or are in flight, counted.
        case queue
    }

    public let policy: ScalingPolicyName
    public let metric: ScalingMetric
    /// Load aimed at on each replica.
    public let target: Double
    public let stableWindowSeconds: Int
    public let panicWindowSeconds: Int
    /// `nil`: leave the scale as it is, because something that matters is not known.
    public internal(set) var desiredReplicas: Int?
    /// Replicas the decision before this one asked for; `nil` when there was none.
    public internal(set) var previousReplicas: Int?
    /// Replicas the load alone asks for; `nil` when it is not known.
    public internal(set) var wantedReplicas: Int?
    public internal(set) var driver = Driver.stableWindow
    /// Load that could be added before replicas queue: `total` times ready, less burst and panic value.
    public internal(set) var excessBurstCapacity = 0
    public internal(set) var isPanicking = false
    /// Average over the stable window in the unit of the metric; `nil` when not known.
    public internal(set) var stableValue: Double?
    /// Average over the panic window in the unit of the metric; `nil` when not known.
    public internal(set) var panicValue: Double?
    /// What the panic value did not fall below for a whole panic window; policy `pilotlight` only.
    public internal(set) var sustainedValue: Double?
    /// Ready replicas seen; `nil` when not known.
    public let readyReplicas: Int?
    /// Starting replicas that are expected to become ready; stuck ones are not among them.
    public internal(set) var startingCounted: Int
    public let waitingRequests: Int
    public let inFlightRequests: Int
    /// Replicas the short window needed at its highest while a replica is worth keeping; policy `pilotlight` only.
    public internal(set) var recentPeakReplicas: Int?
    /// For how long a peak keeps a ready replica; policy `pilotlight` only.
    public internal(set) var keepSeconds: Double?
    /// Time without load, when that is what the decision waits for or acts upon.
    public internal(set) var idleSeconds: Double?
    /// What the keep-alive rule says of a revision without load; `nil` with load, and without a rule.
    public internal(set) var keepAlive: KeepAlivePlan?
    /// When to decide again even if nothing is reported; `nil`: time alone changes nothing.
    public internal(set) var recheckAfterSeconds: Double?
    var limitSet = LimitSet()

    /// The rules that applied, in the order of their declaration.
    public var limits: [ScalingLimit] { self.limitSet.limits }

    public func isLimited(by limit: ScalingLimit) -> Bool { self.limitSet.contains(limit) }

    init(configuration: ScalingConfiguration, observation: ReplicaObservation) {
        self.policy = configuration.policy
        self.metric = configuration.metric
        self.target = configuration.target
        self.stableWindowSeconds = configuration.stableWindowSeconds
        self.panicWindowSeconds = configuration.panicWindowSeconds
        self.readyReplicas = observation.ready
        self.startingCounted = observation.startingSince.count
        self.waitingRequests = observation.waitingRequests
        self.inFlightRequests = observation.inFlightRequests
    }
}
