import StructuredData

/// What counts in place of a trigger that cannot be read.
public struct FallbackSpec: Sendable, Equatable {
    public enum Behavior: String, Sendable, CaseIterable {
        case fixed = "static"
        case currentReplicas
        case currentReplicasIfHigher
        case currentReplicasIfLower
        case scalingModifiers
    }

    /// Failures in a row that are borne.
    public var failureThreshold: Int
    public var replicas: Int
    public var behavior: Behavior

    public init(failureThreshold: Int, replicas: Int, behavior: Behavior = .fixed) {
        self.failureThreshold = failureThreshold
        self.replicas = replicas
        self.behavior = behavior
    }

    init(reading reader: FieldReader) {
        self.failureThreshold = reader.requiredInt("failureThreshold")
        self.replicas = reader.requiredInt("replicas")
        self.behavior = reader.has("behavior") ? reader.choice("behavior") ?? .fixed : .fixed
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        [
            "failureThreshold": JSONValue(self.failureThreshold), "replicas": JSONValue(self.replicas),
            "behavior": .string(self.behavior.rawValue),
        ]
    }
}
