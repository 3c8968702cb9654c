public import StructuredData

extension ScalingDecision {
    /// The decision with its numbers and its sentence; what is not known is `null`.
    public var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
        func whole(_ value: Int?) -> JSONValue { value.map { JSONValue($0) } ?? .null }
        var json: JSONValue = [
            "policy": .string(self.policy.rawValue),
            "desiredReplicas": whole(self.desiredReplicas),
            "previousReplicas": whole(self.previousReplicas),
            "wantedReplicas": whole(self.wantedReplicas),
            "readyReplicas": whole(self.readyReplicas),
            "startingReplicas": JSONValue(self.startingCounted),
            "mode": .string(self.isPanicking ? "panic" : "stable"),
            "stableValue": number(self.stableValue),
            "panicValue": number(self.panicValue),
            "target": .double(self.target),
            "waitingRequests": JSONValue(self.waitingRequests),
            "inFlightRequests": JSONValue(self.inFlightRequests),
            "excessBurstCapacity": JSONValue(self.excessBurstCapacity),
            "driver": .string(self.driver.rawValue),
            "limits": .array(self.limits.map { .string($0.rawValue) }),
            "reason": .string(self.explanation),
        ]
        if let keepAlive { json["keepAlive"] = keepAlive.json }
        return json
    }
}
