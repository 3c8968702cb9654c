public import Timekeeping

/// What one reporter measured of one service over one interval, or what a poll of its queue found.
public struct MetricSample: Sendable, Equatable {
    public var service: Int
    /// Which activator; 0 for a poll.
    public var reporter: Int
    /// The end of the interval, which the pipeline's lag makes earlier than the moment the sample is read.
    public var measuredAt: MonotonicInstant
    public var intervalSeconds: Double
    /// Requests in the house, waiting ones included, averaged over the interval.
    public var averageConcurrency: Double
    public var requestsPerSecond: Double
    /// At the end of the interval.
    public var waiting: Int
    /// At the end of the interval.
    public var inFlight: Int
    /// Messages that are not done yet; `nil` unless this is a poll of a queue.
    public var lag: Int?

    public init(
        service: Int,
        reporter: Int = 0,
        measuredAt: MonotonicInstant,
        intervalSeconds: Double,
        averageConcurrency: Double,
        requestsPerSecond: Double,
        waiting: Int = 0,
        inFlight: Int = 0,
        lag: Int? = nil
    ) {
        self.service = service
        self.reporter = reporter
        self.measuredAt = measuredAt
        self.intervalSeconds = intervalSeconds
        self.averageConcurrency = averageConcurrency
        self.requestsPerSecond = requestsPerSecond
        self.waiting = waiting
        self.inFlight = inFlight
        self.lag = lag
    }
}
