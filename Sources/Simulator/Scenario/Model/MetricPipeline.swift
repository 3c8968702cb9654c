/// How measurements reach whoever decides, and how often that one looks.
public struct MetricPipeline: Sendable, Hashable {
    /// How often an activator reports.
    public var reportSeconds: Double
    /// From the end of an interval until its report can be read.
    public var lagSeconds: Double
    /// How often a service that is not asleep is decided.
    public var tickSeconds: Double
    /// From a decision until the replicas are told: API and controllers.
    public var actuationSeconds: Double
    /// From the first waiting request until the autoscaler hears of it.
    public var wakeSeconds: Double
    /// Activators; each sees its share of the requests and reports for itself.
    public var activators: Int

    public init(
        reportSeconds: Double = 1,
        lagSeconds: Double = 0,
        tickSeconds: Double = 2,
        actuationSeconds: Double = 0,
        wakeSeconds: Double = 0,
        activators: Int = 1
    ) {
        self.reportSeconds = reportSeconds
        self.lagSeconds = lagSeconds
        self.tickSeconds = tickSeconds
        self.actuationSeconds = actuationSeconds
        self.wakeSeconds = wakeSeconds
        self.activators = activators
    }
}
