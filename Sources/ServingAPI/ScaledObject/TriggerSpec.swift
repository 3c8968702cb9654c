import StructuredData

/// One event source that a workload is scaled on.
public struct TriggerSpec: Sendable, Equatable {
    public enum MetricType: String, Sendable, CaseIterable {
        case averageValue = "AverageValue"
        case value = "Value"
        case utilization = "Utilization"
    }

    /// `kafka`, `cron`: what the source is.
    public var type: String
    /// What formulas call it; `nil` when it was given none.
    public var name: String?
    /// Where the source is and what of it counts.
    public var metadata: [String: String]
    public var authenticationRef: AuthenticationReference?
    /// `nil` for the default of its type.
    public var metricType: MetricType?
    public var useCachedMetrics: Bool?

    public init(
        type: String,
        name: String? = nil,
        metadata: [String: String],
        authenticationRef: AuthenticationReference? = nil,
        metricType: MetricType? = nil
    ) {
        self.type = type
        self.name = name
        self.metadata = metadata
        self.authenticationRef = authenticationRef
        self.metricType = metricType
        self.useCachedMetrics = nil
    }

    init(reading reader: FieldReader) {
        self.type = reader.requiredString("type")
        self.name = reader.string("name").flatMap { $0.isEmpty ? nil : $0 }
        self.metadata = reader.stringMap("metadata")
        if !reader.has("metadata") { reader.report("is required", at: "metadata") }
        self.authenticationRef = reader.child("authenticationRef").map(AuthenticationReference.init(reading:))
        self.metricType = reader.choice("metricType")
        self.useCachedMetrics = reader.bool("useCachedMetrics")
        reader.refuseUnknownMembers()
    }

    /// Whether it looks at the use of the replicas themselves.
    public var isResource: Bool { Self.resourceTypes.contains(self.type) }

    static let resourceTypes: Set<String> = ["cpu", "memory"]

    /// As written, also in the older form of a `type` among the metadata of a resource trigger.
    public var resolvedMetricType: MetricType {
        if let metricType { return metricType }
        guard self.isResource else { return .averageValue }
        return self.metadata["type"].flatMap(MetricType.init(rawValue:)) ?? .utilization
    }

    /// The name, or the type in its place.
    public var label: String { self.name ?? self.type }

    var json: JSONValue {
        .object(ofPresent: [
            ("type", .string(self.type)),
            ("name", self.name.map { .string($0) }),
            ("metadata", JSONValue(self.metadata)),
            ("authenticationRef", self.authenticationRef.map(\.json)),
            ("metricType", self.metricType.map { .string($0.rawValue) }),
            ("useCachedMetrics", self.useCachedMetrics.map { .bool($0) }),
        ])
    }
}

/// The TriggerAuthentication that holds a trigger's credentials.
public struct AuthenticationReference: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case namespaced = "TriggerAuthentication"
        case cluster = "ClusterTriggerAuthentication"
    }

    public var name: String
    public var kind: Kind

    public init(name: String, kind: Kind = .namespaced) {
        self.name = name
        self.kind = kind
    }

    init(reading reader: FieldReader) {
        self.name = reader.requiredString("name")
        self.kind = reader.has("kind") ? reader.choice("kind") ?? .namespaced : .namespaced
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("name", .string(self.name)),
            ("kind", self.kind == .namespaced ? JSONValue?.none : .string(self.kind.rawValue)),
        ])
    }
}
