import Timekeeping

/// The load of one revision: the integral of its concurrency over time, and how many requests came.
///
/// The mean over an interval is exact however short the requests are, where a sample would miss those between two looks.
struct LoadMeter: Sendable {
    /// Requests that are here now, waiting or being answered.
    private(set) var concurrency = 0
    private var arrivals = 0
    /// Request-nanoseconds since the interval began.
    private var area: Int64 = 0
    private var intervalStart: MonotonicInstant
    private var last: MonotonicInstant

    init(now: MonotonicInstant) {
        self.intervalStart = now
        self.last = now
    }

    mutating func requestArrived(now: MonotonicInstant) {
        self.advance(to: now)
        self.concurrency += 1
        self.arrivals += 1
    }

    /// A request that had left for a moment is back; it is no new arrival.
    mutating func requestRejoined(now: MonotonicInstant) {
        self.advance(to: now)
        self.concurrency += 1
    }

    mutating func requestLeft(now: MonotonicInstant) {
        self.advance(to: now)
        self.concurrency -= 1
        precondition(self.concurrency >= 0, "a request left that never arrived")
    }

    /// Ends the interval and begins the next one.
    mutating func takeInterval(now: MonotonicInstant) -> LoadInterval {
        self.advance(to: now)
        let length = self.last.seconds(since: self.intervalStart)
        defer {
            self.area = 0
            self.arrivals = 0
            self.intervalStart = self.last
        }
        return LoadInterval(
            seconds: length,
            averageConcurrency: length > 0 ? Double(self.area) / 1e9 / length : Double(self.concurrency),
            arrivals: self.arrivals
        )
    }

    private mutating func advance(to now: MonotonicInstant) {
        // Loops read the clock before they take the lock, so a slightly older instant may come after a newer one.
        guard now > self.last else { return }
        self.area &+= Int64(self.concurrency) &* (now.nanoseconds &- self.last.nanoseconds)
        self.last = now
    }
}

/// What one interval between two reports brought.
public struct LoadInterval: Sendable, Equatable {
    public let seconds: Double
    /// Requests in the house, waiting ones included, averaged over time.
    public let averageConcurrency: Double
    public let arrivals: Int

    public init(seconds: Double, averageConcurrency: Double, arrivals: Int) {
        self.seconds = seconds
        self.averageConcurrency = averageConcurrency
        self.arrivals = arrivals
    }
}
