/// What one reporter measured of one revision since its last report, usually a second.
public struct LoadSample: Sendable, Equatable {
    /// Requests in flight, waiting ones included: the integral over the interval divided by its length.
    public var averageConcurrency: Double
    /// Requests that arrived, a second.
    public var requestsPerSecond: Double
    /// The part of `averageConcurrency` that another reporter counts as well; taken off, so that nothing counts twice.
    public var proxiedConcurrency: Double
    /// The part of `requestsPerSecond` that another reporter counts as well.
    public var proxiedRequestsPerSecond: Double

    public init(
        averageConcurrency: Double,
        requestsPerSecond: Double,
        proxiedConcurrency: Double = 0,
        proxiedRequestsPerSecond: Double = 0
    ) {
        self.averageConcurrency = averageConcurrency
        self.requestsPerSecond = requestsPerSecond
        self.proxiedConcurrency = proxiedConcurrency
        self.proxiedRequestsPerSecond = proxiedRequestsPerSecond
    }

    /// The load in the unit of `metric`, without what somebody else counts.
    public func value(of metric: ScalingMetric) -> Double {
        switch metric {
        case .concurrency: self.averageConcurrency - self.proxiedConcurrency
        case .rps: self.requestsPerSecond - self.proxiedRequestsPerSecond
        }
    }
}
