public import StructuredData

/// What predictor, transformer and explainer have in common: how they scale and what stands around them.
public struct ComponentExtension: Sendable, Equatable {
    /// What `scaleTarget` counts.
    public enum ScaleMetric: String, Sendable, CaseIterable {
        case cpu, memory, concurrency, rps
    }

    public enum ScaleMetricType: String, Sendable, CaseIterable {
        case utilization = "Utilization"
        case value = "Value"
        case averageValue = "AverageValue"
    }

    /// `nil` means 1; zero allows scaling to zero.
    public var minReplicas: Int?
    /// `nil` and zero mean no limit.
    public var maxReplicas: Int?
    public var scaleTarget: Int?
    public var scaleMetric: ScaleMetric?
    public var scaleMetricType: ScaleMetricType?
    /// A short form of `scaleMetric: concurrency` with a `scaleTarget`.
    public var targetConcurrency: Int?
    public var autoScaling: AutoScalingSpec?
    /// Requests that a replica takes at a time; `nil` and zero mean no limit.
    public var containerConcurrency: Int?
    /// From forwarding a request to the head of its response.
    public var timeoutSeconds: Int?
    public var canaryTrafficPercent: Int?
    public var logger: LoggerSpec?
    public var batcher: BatcherSpec?
    /// For the component's pods.
    public var labels: [String: String]
    public var annotations: [String: String]
    /// An apps/v1 deployment strategy as it was written.
    public var deploymentStrategy: JSONValue?

    public init(
        minReplicas: Int? = nil,
        maxReplicas: Int? = nil,
        scaleTarget: Int? = nil,
        scaleMetric: ScaleMetric? = nil,
        containerConcurrency: Int? = nil,
        timeoutSeconds: Int? = nil,
        labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) {
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        self.scaleTarget = scaleTarget
        self.scaleMetric = scaleMetric
        self.scaleMetricType = nil
        self.targetConcurrency = nil
        self.autoScaling = nil
        self.containerConcurrency = containerConcurrency
        self.timeoutSeconds = timeoutSeconds
        self.canaryTrafficPercent = nil
        self.logger = nil
        self.batcher = nil
        self.labels = labels
        self.annotations = annotations
        self.deploymentStrategy = nil
    }
}

extension ComponentExtension {
    /// Ranges are left to validation, so that they are reported beside everything else that breaks a rule.
    init(reading reader: FieldReader) {
        self.minReplicas = reader.int("minReplicas")
        self.maxReplicas = reader.int("maxReplicas")
        self.scaleTarget = reader.int("scaleTarget")
        self.scaleMetric = reader.choice("scaleMetric")
        self.scaleMetricType = reader.choice("scaleMetricType")
        self.targetConcurrency = reader.int("targetConcurrency")
        self.autoScaling = reader.child("autoScaling").map(AutoScalingSpec.init(reading:))
        self.containerConcurrency = reader.int("containerConcurrency")
        self.timeoutSeconds = reader.int("timeout")
        self.canaryTrafficPercent = reader.int("canaryTrafficPercent")
        self.logger = reader.child("logger").map(LoggerSpec.init(reading:))
        self.batcher = reader.child("batcher").map(BatcherSpec.init(reading:))
        self.labels = reader.stringMap("labels")
        self.annotations = reader.stringMap("annotations")
        self.deploymentStrategy = reader.child("deploymentStrategy").map { .object($0.object) }
    }

    /// As members of the component's object.
    var members: [(String, JSONValue?)] {
        [
            ("minReplicas", self.minReplicas.map { JSONValue($0) }),
            ("maxReplicas", self.maxReplicas.map { JSONValue($0) }),
            ("scaleTarget", self.scaleTarget.map { JSONValue($0) }),
            ("scaleMetric", self.scaleMetric.map { .string($0.rawValue) }),
            ("scaleMetricType", self.scaleMetricType.map { .string($0.rawValue) }),
            ("targetConcurrency", self.targetConcurrency.map { JSONValue($0) }),
            ("autoScaling", self.autoScaling.map(\.json)),
            ("containerConcurrency", self.containerConcurrency.map { JSONValue($0) }),
            ("timeout", self.timeoutSeconds.map { JSONValue($0) }),
            ("canaryTrafficPercent", self.canaryTrafficPercent.map { JSONValue($0) }),
            ("logger", self.logger.map(\.json)),
            ("batcher", self.batcher.map(\.json)),
            ("labels", self.labels.isEmpty ? JSONValue?.none : JSONValue(self.labels)),
            ("annotations", self.annotations.isEmpty ? JSONValue?.none : JSONValue(self.annotations)),
            ("deploymentStrategy", self.deploymentStrategy),
        ]
    }
}
