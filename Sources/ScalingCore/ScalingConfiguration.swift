/// Every setting of a revision's scaling, resolved: nothing is absent, and defaults are Knative's.
public struct ScalingConfiguration: Sendable, Equatable {
    public var policy: ScalingPolicyName
    public var metric: ScalingMetric
    /// Load aimed at on each replica, in the unit of the metric; the utilisation is already applied.
    public var target: Double
    /// Load that one replica can take, in the unit of the metric.
    public var total: Double
    /// Burst to absorb without queueing in replicas; 0: none, -1: the activator always stays in the path.
    public var targetBurstCapacity: Double
    /// Panic begins when the panic window needs this many times the replicas there are.
    public var panicThreshold: Double
    public var stableWindowSeconds: Int
    public var panicWindowSeconds: Int
    /// Replicas may become at most this many times as many in one tick.
    public var maxScaleUpRate: Double
    /// Replicas may become at most this many times fewer in one tick.
    public var maxScaleDownRate: Double
    public var minScale: Int
    /// 0: no limit.
    public var maxScale: Int
    /// Replicas a new revision must reach once.
    public var initialScale: Int
    /// The lowest scale other than zero.
    public var activationScale: Int
    /// A lower scale is applied only after being right for this long.
    public var scaleDownDelaySeconds: Double
    /// Policy `knative` only: how long the activator must have been in the path before the last replica may go.
    public var scaleToZeroGraceSeconds: Double
    /// How long the last replica is kept beyond the stable window.
    public var scaleToZeroPodRetentionSeconds: Double
    public var enableScaleToZero: Bool
    public var aggregation: WindowAggregation
    /// How long a replica may take to start before it counts as stuck.
    public var progressDeadlineSeconds: Double
    /// Whether requests can reach the revision; one that cannot be reached may shrink at once and ignores `minScale`.
    public var isReachable: Bool
    /// Policy `pilotlight` only: what becomes of the last replica without load; `nil`: it goes after the stable window.
    public var keepAlive: KeepAliveConfiguration?
    /// Policy `pilotlight` only: how long the last report of a silent reporter stands in for the missing ones.
    public var reportAgeLimitSeconds: Int

    public init(
        policy: ScalingPolicyName = .pilotlight,
        metric: ScalingMetric = .concurrency,
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
        scaleDownDelaySeconds: Double = 0,
        scaleToZeroGraceSeconds: Double = 30,
        scaleToZeroPodRetentionSeconds: Double = 0,
        enableScaleToZero: Bool = true,
        aggregation: WindowAggregation = .linear,
        progressDeadlineSeconds: Double = 600,
        isReachable: Bool = true,
        reportAgeLimitSeconds: Int = 15,
        keepAlive: KeepAliveConfiguration? = nil
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
        self.isReachable = isReachable
        self.reportAgeLimitSeconds = reportAgeLimitSeconds
        self.keepAlive = keepAlive
    }
}
