public import StructuredData

/// One metric, of one of three kinds.
public struct AutoScalingMetric: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case resource = "Resource"
        case external = "External"
        case podMetric = "PodMetric"

        /// The member that holds the particulars.
        var key: String { self.rawValue.lowercased() }
    }

    /// `nil` when it was not written or is none that is known.
    public let kind: Kind?
    /// What was written under `external`, whatever the kind.
    public let external: ExternalMetricSpec?
    public let json: JSONObject

    /// `cpu` or `memory`.
    public var resourceName: String? { self.json["resource"]?["name"]?.stringValue }
    public var query: String? { self.particulars?["metric"]?["query"]?.stringValue }
    public var targetType: String? { self.particulars?["target"]?["type"]?.stringValue }
    public var targetValue: Quantity? { self.particulars?["target"]?["value"].flatMap(Quantity.init(json:)) }
    public var targetAverageValue: Quantity? {
        self.particulars?["target"]?["averageValue"].flatMap(Quantity.init(json:))
    }
    /// Percent.
    public var targetUtilization: Int? { self.particulars?["target"]?["averageUtilization"]?.intValue }

    private var particulars: JSONValue? { self.kind.flatMap { self.json[$0.key] } }

    private enum ResourceName: String, CaseIterable {
        case cpu, memory
    }

    private enum PodBackend: String, CaseIterable {
        case opentelemetry
    }

    private enum Operation: String, CaseIterable {
        case lastOne = "last_one"
        case avg, max, min, rate, count
    }

    init(reading reader: FieldReader) {
        self.kind = reader.has("type") ? reader.choice("type") : nil
        if !reader.has("type") { reader.report("is required", at: "type") }
        self.json = reader.object
        if let resource = reader.child("resource") {
            _ = resource.choice("name", as: ResourceName.self)
            Self.checkTarget(of: resource)
        }
        self.external = reader.child("external").map(ExternalMetricSpec.init(reading:))
        if let pod = reader.child("podmetric") {
            if let metric = pod.child("metric") {
                _ = metric.choice("backend", as: PodBackend.self)
                _ = metric.strings("metricNames")
                for key in ["serverAddress", "query"] { _ = metric.string(key) }
                _ = metric.choice("operationOverTime", as: Operation.self)
                metric.refuseUnknownMembers()
            }
            Self.checkTarget(of: pod)
        }
        reader.refuseUnknownMembers()
    }

    private static func checkTarget(of reader: FieldReader) {
        if let target = reader.child("target") {
            _ = target.choice("type", as: TriggerSpec.MetricType.self)
            _ = target.quantity("value")
            _ = target.quantity("averageValue")
            _ = target.int("averageUtilization")
            target.refuseUnknownMembers()
        }
        reader.refuseUnknownMembers()
    }

    /// The trigger of a ScaledObject that asks for the same; `nil` for what cannot be scaled on.
    public var trigger: TriggerSpec? {
        switch self.kind {
        case .external: self.external?.trigger
        case .resource: self.resourceTrigger
        case .podMetric, nil: nil
        }
    }

    /// Per cent of the request unless an amount is asked for; 80 for processors, as KServe has it.
    private var resourceTrigger: TriggerSpec? {
        guard let resourceName else { return nil }
        if let amount = self.targetAverageValue, self.targetType != "Utilization" {
            return TriggerSpec(type: resourceName, metadata: ["value": amount.text], metricType: .averageValue)
        }
        guard let percent = self.targetUtilization ?? (resourceName == "cpu" ? 80 : nil) else { return nil }
        return TriggerSpec(type: resourceName, metadata: ["value": "\(percent)"], metricType: .utilization)
    }
}
