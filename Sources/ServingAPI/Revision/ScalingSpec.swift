public import StructuredData

/// How a revision scales, every setting resolved: nothing is left to a default elsewhere.
///
/// The defaults of the initialiser are Knative's cluster defaults with the concurrency metric.
public struct ScalingSpec: Sendable, Equatable {
    /// Which decider computes the replica count.
    public enum Policy: String, Sendable, CaseIterable {
        case pilotlight
        /// Knative's decider, tick for tick.
        case knative
    }

    /// What a replica count is derived from.
    public enum Metric: String, Sendable, CaseIterable {
        /// Requests in flight, averaged over time.
        case concurrency
        /// Requests per second.
        case rps
    }

    /// How the buckets of a window become one number.
    public enum Aggregation: String, Sendable, CaseIterable {
        case linear
        case weightedExponential = "weighted-exponential"
    }

    public var policy: Policy
    public var metric: Metric
    /// Load aimed at per replica, utilisation applied, in units of `metric`; at least 0.01.
    public var target: Double
    /// Capacity of a replica in units of `metric`.
    public var total: Double
    /// Requests that should be absorbed without queueing in replicas; 0 for none, -1 for no limit.
    public var targetBurstCapacity: Double
    /// Panic begins when the short window wants at least this many times the ready replicas.
    public var panicThreshold: Double
    public var stableWindowSeconds: Int
    public var panicWindowSeconds: Int
    /// Factor on the ready replicas within one tick, above 1.
    public var maxScaleUpRate: Double
    /// Divisor of the ready replicas within one tick, above 1.
    public var maxScaleDownRate: Double
    public var minScale: Int
    /// Zero for no limit.
    public var maxScale: Int
    /// Replicas that a new revision starts with.
    public var initialScale: Int
    /// Lowest count other than zero.
    public var activationScale: Int
    public var scaleDownDelaySeconds: Int
    public var scaleToZeroGraceSeconds: Double
    public var scaleToZeroPodRetentionSeconds: Double
    public var enableScaleToZero: Bool
    public var aggregation: Aggregation
    /// How long a replica may take to become ready before it counts as failed.
    public var progressDeadlineSeconds: Double
    /// What becomes of the last replica without load; `nil`: it goes after the stable window.
    public var keepAlive: KeepAliveSpec?

    public init(
        policy: Policy = .pilotlight,
        metric: Metric = .concurrency,
        target: Double = 70,
        total: Double = 100,
        targetBurstCapacity: Double = 211,
        panicThreshold: Double = 2,
        stableWindowSeconds: Int = 60,
        panicWindowSeconds: Int = 6,
        maxScaleUpRate: Double = 1000,
        maxScaleDownRate: Double = 2,
        minScale: Int = 0,
        maxScale: Int = 0,
        initialScale: Int = 1,
        activationScale: Int = 1,
        scaleDownDelaySeconds: Int = 0,
        scaleToZeroGraceSeconds: Double = 30,
        scaleToZeroPodRetentionSeconds: Double = 0,
        enableScaleToZero: Bool = true,
        aggregation: Aggregation = .linear,
        progressDeadlineSeconds: Double = 600,
        keepAlive: KeepAliveSpec? = nil
    ) {
        self.policy = policy
        self.metric = metric
        self.target = target
        self.total = total
        self.targetBurstCapacity = targetBurstCapacity
        self.panicThreshold = panicThreshold
        self.stableWindowSeconds = stableWindowSeconds
        self.panicWindowSeconds = panicWindowSeconds
        self.maxScaleUpRate = maxScaleUpRate
        self.maxScaleDownRate = maxScaleDownRate
        self.minScale = minScale
        self.maxScale = maxScale
        self.initialScale = initialScale
        self.activationScale = activationScale
        self.scaleDownDelaySeconds = scaleDownDelaySeconds
        self.scaleToZeroGraceSeconds = scaleToZeroGraceSeconds
        self.scaleToZeroPodRetentionSeconds = scaleToZeroPodRetentionSeconds
        self.enableScaleToZero = enableScaleToZero
        self.aggregation = aggregation
        self.progressDeadlineSeconds = progressDeadlineSeconds
        self.keepAlive = keepAlive
    }
}

extension ScalingSpec {
    /// Every field must be there; every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        self.init(reading: reader)
        try reader.finish()
    }

    init(reading reader: FieldReader) {
        self.policy = reader.requiredChoice("policy", otherwise: .pilotlight)
        self.metric = reader.requiredChoice("metric", otherwise: .concurrency)
        self.target = reader.requiredNumber("target", in: 0.01 ... .infinity)
        self.total = reader.requiredNumber("total", in: 0.01 ... .infinity)
        self.targetBurstCapacity = reader.requiredNumber("targetBurstCapacity", in: -1 ... .infinity)
        self.panicThreshold = reader.requiredNumber("panicThreshold", in: 0 ... .infinity)
        self.stableWindowSeconds = reader.requiredInt("stableWindowSeconds", in: 1...3600)
        self.panicWindowSeconds = reader.requiredInt("panicWindowSeconds", in: 1...3600)
        self.maxScaleUpRate = reader.requiredNumber("maxScaleUpRate", in: 1 ... .infinity)
        self.maxScaleDownRate = reader.requiredNumber("maxScaleDownRate", in: 1 ... .infinity)
        self.minScale = reader.requiredInt("minScale", in: 0...Int(Int32.max))
        self.maxScale = reader.requiredInt("maxScale", in: 0...Int(Int32.max))
        self.initialScale = reader.requiredInt("initialScale", in: 0...Int(Int32.max))
        self.activationScale = reader.requiredInt("activationScale", in: 1...Int(Int32.max))
        self.scaleDownDelaySeconds = reader.requiredInt("scaleDownDelaySeconds", in: 0...3600)
        self.scaleToZeroGraceSeconds = reader.requiredNumber("scaleToZeroGraceSeconds", in: 0 ... .infinity)
        self.scaleToZeroPodRetentionSeconds = reader.requiredNumber(
            "scaleToZeroPodRetentionSeconds",
            in: 0 ... .infinity
        )
        self.enableScaleToZero = reader.bool("enableScaleToZero") ?? true
        if !reader.has("enableScaleToZero") { reader.report("is required", at: "enableScaleToZero") }
        self.aggregation = reader.requiredChoice("aggregation", otherwise: .linear)
        self.progressDeadlineSeconds = reader.requiredNumber("progressDeadlineSeconds", in: 0 ... .infinity)
        self.keepAlive = reader.child("keepAlive").map { KeepAliveSpec(reading: $0) }
    }

    public var json: JSONValue {
        var json: JSONValue = [
            "policy": .string(self.policy.rawValue),
            "metric": .string(self.metric.rawValue),
            "target": .number(self.target),
            "total": .number(self.total),
            "targetBurstCapacity": .number(self.targetBurstCapacity),
            "panicThreshold": .number(self.panicThreshold),
            "stableWindowSeconds": JSONValue(self.stableWindowSeconds),
            "panicWindowSeconds": JSONValue(self.panicWindowSeconds),
            "maxScaleUpRate": .number(self.maxScaleUpRate),
            "maxScaleDownRate": .number(self.maxScaleDownRate),
            "minScale": JSONValue(self.minScale),
            "maxScale": JSONValue(self.maxScale),
            "initialScale": JSONValue(self.initialScale),
            "activationScale": JSONValue(self.activationScale),
            "scaleDownDelaySeconds": JSONValue(self.scaleDownDelaySeconds),
            "scaleToZeroGraceSeconds": .number(self.scaleToZeroGraceSeconds),
            "scaleToZeroPodRetentionSeconds": .number(self.scaleToZeroPodRetentionSeconds),
            "enableScaleToZero": .bool(self.enableScaleToZero),
            "aggregation": .string(self.aggregation.rawValue),
            "progressDeadlineSeconds": .number(self.progressDeadlineSeconds),
        ]
        if let keepAlive { json["keepAlive"] = keepAlive.json }
        return json
    }
}
