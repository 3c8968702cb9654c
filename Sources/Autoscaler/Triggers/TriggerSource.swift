public import StructuredData

/// Where triggers come from: the port that the room `Signals` fills.
public protocol TriggerSource: Sendable {
    /// Names of the trigger types, sorted: `kafka`, `rabbitmq`.
    var types: [String] { get }

    /// Everything wrong with a declaration that can be told without asking anybody, all at once; paths begin with
    /// `spec.triggers[INDEX]`.
    func problems(with declaration: TriggerDeclaration) -> [Problem]

    /// Makes the trigger; connects lazily, so this fails only for what is wrong with the declaration.
    func trigger(for declaration: TriggerDeclaration) throws(ProblemList) -> any Trigger
}

/// One entry of a ScaledObject's `triggers`, with its credentials at hand.
public struct TriggerDeclaration: Sendable, Hashable {
    public enum MetricType: String, Sendable, Hashable {
        case averageValue = "AverageValue"
        case value = "Value"
        case utilization = "Utilization"
    }

    /// Where it stands.
    public var namespace: String
    public var scaledObject: String
    /// Position in `spec.triggers`.
    public var index: Int

    public var type: String
    /// `nil` when the trigger was given no name.
    public var name: String?
    public var metadata: [String: String]
    /// Parameters by the trigger's `authenticationRef`, read from secrets and their kin.
    ///
    /// Never shown or logged.
    public var credentials: [String: String]
    /// Environment of the target's container, for the `...FromEnv` fields of `metadata`.
    public var environment: [String: String]
    public var metricType: MetricType
    /// Labels that the target's pods carry; empty when they are not known.
    public var podLabels: [String: String]

    public init(
        namespace: String,
        scaledObject: String,
        index: Int,
        type: String,
        name: String? = nil,
        metadata: [String: String],
        credentials: [String: String] = [:],
        environment: [String: String] = [:],
        metricType: MetricType = .averageValue,
        podLabels: [String: String] = [:]
    ) {
        self.namespace = namespace
        self.scaledObject = scaledObject
        self.index = index
        self.type = type
        self.name = name
        self.metadata = metadata
        self.credentials = credentials
        self.environment = environment
        self.metricType = metricType
        self.podLabels = podLabels
    }
}
