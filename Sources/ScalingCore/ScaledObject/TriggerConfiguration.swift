/// What a decision needs to know of one entry of `triggers`.
public struct TriggerConfiguration: Sendable, Equatable {
    /// How a metric's value and target are compared.
    public enum MetricType: String, Sendable, CaseIterable {
        /// The value is shared by all replicas, and each should have `target` of it.
        case averageValue = "AverageValue"
        /// The value is one for all, and gets better with more replicas.
        case value = "Value"
        /// Per cent of what replicas ask for; resources only.
        case utilization = "Utilization"
    }

    /// `kafka`, for sentences.
    public var type: String
    /// `nil` when the trigger was given none.
    public var name: String?
    public var metricType: MetricType
    /// Whether it looks at the use of replicas (`cpu`, `memory`): such a trigger cannot lift from zero.
    public var isResource: Bool
    /// Per cent (`Utilization`), cores or bytes (`AverageValue`) of each replica; resources only.
    public var resourceTarget: Double?

    public init(
        type: String,
        name: String? = nil,
        metricType: MetricType = .averageValue,
        isResource: Bool = false,
        resourceTarget: Double? = nil
    ) {
        self.type = type
        self.name = name
        self.metricType = metricType
        self.isResource = isResource
        self.resourceTarget = resourceTarget
    }

    /// The name, or the type in its place.
    public var label: String { self.name ?? self.type }
}
