public import StructuredData

extension ScaledObjectDecision {
    /// The decision with its numbers and its sentence; what is not known is `null`.
    public var json: JSONValue {
        [
            "policy": "scaledobject",
            "desiredReplicas": Self.whole(self.desiredReplicas),
            "currentReplicas": Self.whole(self.currentReplicas),
            "wantedReplicas": Self.whole(self.wantedReplicas),
            "readyReplicas": Self.whole(self.readyReplicas),
            "startingReplicas": JSONValue(self.startingReplicas),
            "isActive": .bool(self.isActive),
            "isFallback": .bool(self.isFallback),
            "isPaused": .bool(self.isPaused),
            "triggers": .array(self.demands.map(\.json)),
            "limits": .array(self.limits.map { .string($0.rawValue) }),
            "reason": .string(self.explanation),
        ]
    }

    private static func whole(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
}

extension ScaledObjectDecision.Demand {
    public var json: JSONValue {
        [
            "trigger": self.trigger.map { JSONValue($0) } ?? .null,
            "name": .string(self.label),
            "metric": self.metric.map { .string($0) } ?? .null,
            "metricType": .string(self.metricType.rawValue),
            "value": self.value.map { .double($0) } ?? .null,
            "target": self.target.map { .double($0) } ?? .null,
            "replicas": self.replicas.map { JSONValue($0) } ?? .null,
            "isActive": .bool(self.isActive),
            "standing": .string(self.standing.rawValue),
            "remark": self.remark.map { .string($0) } ?? .null,
        ]
    }
}
