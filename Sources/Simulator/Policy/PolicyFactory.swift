public import StructuredData
public import Timekeeping

/// What a policy is made from: the services it will govern.
public struct PolicyContext: Sendable {
    /// One service as its policy must know it beforehand.
    public struct Service: Sendable {
        /// Position in the scenario, by which every call names it.
        public var index: Int
        public var model: ServiceModel
        /// Mean of a start on an empty node with a node at hand, in seconds; `nil` when a law has no simple mean.
        public var meanStartSeconds: Double?
        /// Its workloads from the beginning, for a policy that must know the future.
        public var future: @Sendable () -> [any ArrivalSource]

        public init(
            index: Int,
            model: ServiceModel,
            meanStartSeconds: Double? = nil,
            future: @escaping @Sendable () -> [any ArrivalSource] = { [] }
        ) {
            self.index = index
            self.model = model
            self.meanStartSeconds = meanStartSeconds
            self.future = future
        }
    }

    public var services: [Service]
    public var pipeline: MetricPipeline
    public var parameters: PolicyReference
    /// When the policy begins: the start of the run, or later after a failover.
    public var now: MonotonicInstant
    /// Replicas that are ready then, in the order of `services`.
    public var readyReplicas: [Int]

    public init(
        services: [Service],
        pipeline: MetricPipeline,
        parameters: PolicyReference,
        now: MonotonicInstant = .zero,
        readyReplicas: [Int]
    ) {
        self.services = services
        self.pipeline = pipeline
        self.parameters = parameters
        self.now = now
        self.readyReplicas = readyReplicas
    }
}

/// A kind of policy: what it is called, what can be set, and how to make one.
public struct PolicyFactory: Sendable {
    public var description: PolicyDescription
    /// Everything wrong with the parameters; empty when one can be made.
    public var problems: @Sendable (PolicyReference) -> [Problem]
    public var make: @Sendable (PolicyContext) -> any ScalingPolicy

    public init(
        description: PolicyDescription,
        problems: @escaping @Sendable (PolicyReference) -> [Problem] = { _ in [] },
        make: @escaping @Sendable (PolicyContext) -> any ScalingPolicy
    ) {
        self.description = description
        self.problems = problems
        self.make = make
    }
}

/// A policy for people, for sweeps and for the schema of scenario files.
public struct PolicyDescription: Sendable, Equatable {
    /// A number that may be set, and from where to where a sweep would go.
    public struct Parameter: Sendable, Equatable {
        public var name: String
        /// One sentence.
        public var summary: String
        /// `seconds`, `replicas`, `ratio`; empty for a bare number.
        public var unit: String
        public var standard: Double
        public var range: ClosedRange<Double>
        /// Whether a sweep should take steps of equal ratio.
        public var isLogarithmic: Bool

        public init(
            name: String,
            summary: String,
            unit: String = "",
            standard: Double,
            range: ClosedRange<Double>,
            isLogarithmic: Bool = false
        ) {
            self.name = name
            self.summary = summary
            self.unit = unit
            self.standard = standard
            self.range = range
            self.isLogarithmic = isLogarithmic
        }
    }

    public var name: String
    /// One sentence.
    public var summary: String
    public var parameters: [Parameter]

    public init(name: String, summary: String, parameters: [Parameter] = []) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
    }
}
