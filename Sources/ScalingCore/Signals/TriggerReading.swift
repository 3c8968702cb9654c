/// What one look at an event source found.
///
/// A look that failed has no reading: unknown is not zero, and whoever polls says so with a failure instead.
public struct TriggerReading: Sendable, Equatable {
    /// One number to scale on.
    ///
    /// Most triggers have one; an external scaler may name several.
    public struct Metric: Sendable, Equatable {
        /// Unique within the trigger, for status and metrics: `kafka-requests`.
        public var name: String
        /// What is there: messages, requests per second, whatever the trigger counts.
        public var value: Double
        /// What one replica (`AverageValue`) or all of them together (`Value`) should have; above zero.
        public var target: Double

        public init(name: String, value: Double, target: Double) {
            self.name = name
            self.value = value
            self.target = target
        }
    }

    /// One replica's use of a resource, for the triggers `cpu` and `memory`.
    public struct ResourceSample: Sendable, Equatable {
        /// Name of the pod.
        public var replica: String
        /// Cores, or bytes.
        public var usage: Double
        /// What the replica asked for, in the same unit; `nil` when it asked for nothing.
        public var request: Double?

        public init(replica: String, usage: Double, request: Double?) {
            self.replica = replica
            self.usage = usage
            self.request = request
        }
    }

    /// At least one, except for resource triggers, which have samples instead.
    public var metrics: [Metric]
    /// Whether the source wants a replica at all, by the trigger's own activation rule.
    public var isActive: Bool
    /// `nil` for triggers that do not look at replicas.
    public var samples: [ResourceSample]?
    /// A remark for people on how the number came about, one sentence: `3 of 12 partitions have no committed offset`.
    public var remark: String?

    public init(metrics: [Metric], isActive: Bool, samples: [ResourceSample]? = nil, remark: String? = nil) {
        self.metrics = metrics
        self.isActive = isActive
        self.samples = samples
        self.remark = remark
    }
}
