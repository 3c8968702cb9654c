public import KubernetesClient
public import ScalingCore
public import Timekeeping

/// What a ScaledObject's status should say.
public struct ScaledObjectReport: Sendable, Equatable {
    /// One trigger.
    public struct Trigger: Sendable, Equatable {
        public var type: String
        public var name: String?
        /// As last read; empty before the first time.
        public var metrics: [TriggerReading.Metric] = []
        /// Whether the source wants replicas; `nil` while that is not known.
        public var isActive: Bool?
        /// Why the last look found nothing; `nil` when it found something.
        public var problem: String?
        /// Looks in a row that found nothing.
        public var failures = 0
        public var readAt: MonotonicInstant?
        public var remark: String?

        public init(type: String, name: String? = nil) {
            self.type = type
            self.name = name
        }
    }

    public var conditions: [EventCondition] = []
    public var triggers: [Trigger] = []
    public var originalReplicas: Int?
    public var lastActiveAt: MonotonicInstant?
    /// `nil` while nothing was decided.
    public var desiredReplicas: Int?
    /// Why, one sentence with the numbers.
    public var explanation = ""
    /// The rules that applied.
    public var limits: [ScaledObjectLimit] = []
    public var decidedAt: MonotonicInstant?
    public var generation: Int?

    public init() {}

    /// Whether programs and people who watch would miss nothing if only the older of the two were written.
    func says(theSameAs other: ScaledObjectReport) -> Bool {
        self.desiredReplicas == other.desiredReplicas && self.generation == other.generation
            && self.originalReplicas == other.originalReplicas && self.limits == other.limits
            && self.conditions.elementsEqual(other.conditions) { $0.says(theSameAs: $1) }
            && self.triggers.elementsEqual(other.triggers) { left, right in
                left.isActive == right.isActive && left.problem == right.problem
                    && left.metrics.map(\.name) == right.metrics.map(\.name)
            }
    }

    /// Whether a value has moved by more than a reader would care about.
    func hasDrifted(from other: ScaledObjectReport) -> Bool {
        zip(self.triggers, other.triggers).contains { left, right in
            zip(left.metrics, right.metrics).contains { Self.differs($0.value, $1.value) }
        }
    }

    private static func differs(_ left: Double, _ right: Double) -> Bool {
        if (left == 0) != (right == 0) { return true }
        return abs(left - right) > max(0.05 * max(abs(left), abs(right)), 0.01)
    }
}

/// The status of a ScaledObject, to be merged into what stands there.
public struct ScaledObjectStatusWrite: Sendable, Equatable {
    public let object: ObjectKey
    /// Whose status this is: an object of the same name with another identity is left alone.
    public let uid: String
    public let report: ScaledObjectReport
}
