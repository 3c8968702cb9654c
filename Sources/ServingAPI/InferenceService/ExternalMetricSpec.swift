public import StructuredData

/// A number from a monitoring system to scale on: `external` of a metric.
public struct ExternalMetricSpec: Sendable, Equatable {
    public enum Backend: String, Sendable, CaseIterable {
        case prometheus, graphite
    }

    /// `nil` when none was written or it is none that is known.
    public var backend: Backend?
    public var serverAddress: String?
    public var query: String?
    /// Of the monitoring system, for those that have such a thing.
    public var namespace: String?
    /// A TriggerAuthentication in the namespace of the service; `nil` for none.
    public var authenticationName: String?
    /// `bearer`, `basic`, `tls`, comma-separated.
    public var authModes: String?
    public var targetType: TriggerSpec.MetricType?
    public var targetValue: Quantity?

    init(reading reader: FieldReader) {
        if let metric = reader.child("metric") {
            self.backend = metric.choice("backend")
            self.serverAddress = metric.string("serverAddress")
            self.query = metric.string("query")
            self.namespace = metric.string("namespace")
            metric.refuseUnknownMembers()
        }
        if let authentication = reader.child("authenticationRef") {
            self.authModes = authentication.string("authModes")
            if let reference = authentication.child("authenticationRef") {
                self.authenticationName = reference.requiredString("name")
                reference.refuseUnknownMembers()
            }
            authentication.refuseUnknownMembers()
        }
        if let target = reader.child("target") {
            self.targetType = target.choice("type")
            self.targetValue = target.quantity("value")
            _ = target.quantity("averageValue")
            _ = target.int("averageUtilization")
            target.refuseUnknownMembers()
        }
        reader.refuseUnknownMembers()
    }

    /// The trigger of a ScaledObject that asks for the same; `nil` for what cannot be asked.
    public var trigger: TriggerSpec? {
        guard self.backend == .prometheus, let query, let targetValue else { return nil }
        var metadata = ["query": query, "threshold": DecimalText.of(targetValue.value)]
        metadata["serverAddress"] = self.serverAddress
        metadata["namespace"] = self.namespace
        metadata["authModes"] = self.authModes
        return TriggerSpec(
            type: "prometheus",
            metadata: metadata,
            authenticationRef: self.authenticationName.map { AuthenticationReference(name: $0) },
            metricType: self.targetType == .utilization ? nil : self.targetType
        )
    }
}
