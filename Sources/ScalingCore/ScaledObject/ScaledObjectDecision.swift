/// How many replicas the target of a ScaledObject should have, and the numbers that led there.
public struct ScaledObjectDecision: Sendable, Equatable {
    /// What one metric, or a formula over several, asks for.
    public struct Demand: Sendable, Equatable {
        /// How far the numbers can be relied on.
        public enum Standing: String, Sendable {
            /// As read.
            case known
            /// The last look failed, and what the one before found still counts.
            case held
            /// Failed for too long: the fallback's replicas.
            case fallback
            /// Nothing is known, or no longer.
            case unknown
            /// Does not count at the moment: resources of no replica.
            case ignored
        }

        /// Position in the list of triggers; `nil` for the formula over all of them.
        public var trigger: Int?
        /// The trigger's name or type, `formula` for the formula.
        public var label: String
        /// The metric's name, when it is known.
        public var metric: String?
        public var metricType: TriggerConfiguration.MetricType
        /// `nil` when it is not known.
        public var value: Double?
        public var target: Double?
        /// `nil` when it is not known.
        public var replicas: Int?
        public var isActive: Bool
        public var standing: Standing
        /// What went wrong, or a remark on the number; one sentence without the full stop.
        public var remark: String?
    }

    /// `nil`: leave the scale as it is.
    public internal(set) var desiredReplicas: Int?
    /// The scale before; `nil` when it is not known.
    public internal(set) var currentReplicas: Int?
    /// `nil` when not known.
    public internal(set) var readyReplicas: Int?
    public internal(set) var startingReplicas = 0
    /// Replicas the triggers ask for before any limit; `nil` when none of them is known.
    public internal(set) var wantedReplicas: Int?
    public internal(set) var demands: [Demand] = []
    /// Whether replicas are wanted at all.
    public internal(set) var isActive = false
    public internal(set) var isFallback = false
    public internal(set) var isPaused = false
    /// Failing triggers, in their order: what goes into the condition `Ready`.
    public internal(set) var failures: [Failure] = []
    /// In the order of their declaration, each once.
    public internal(set) var limits: [ScaledObjectLimit] = []
    /// Until zero or idle, when that is what the scale waits for.
    public internal(set) var cooldownRemainingSeconds: Double?
    /// When to decide again even if nothing is read; `nil`: time alone changes nothing.
    public internal(set) var recheckAfterSeconds: Double?

    /// A trigger, or the formula, that could not be used.
    public struct Failure: Sendable, Equatable {
        /// `nil` for the formula.
        public var trigger: Int?
        public var label: String
        /// One sentence without the full stop.
        public var sentence: String
    }

    public func isLimited(by limit: ScaledObjectLimit) -> Bool { self.limits.contains(limit) }

    mutating func limit(by limit: ScaledObjectLimit) {
        guard !self.limits.contains(limit) else { return }
        self.limits.append(limit)
    }

    /// Asks for a look back after `seconds` at the latest.
    mutating func recheck(after seconds: Double?) {
        guard let seconds, seconds.isFinite else { return }
        self.recheckAfterSeconds = min(self.recheckAfterSeconds ?? .infinity, max(0.001, seconds))
    }
}
