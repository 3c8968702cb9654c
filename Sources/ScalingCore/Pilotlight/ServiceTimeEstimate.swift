import Timekeeping

/// How long a replica works on a request, learned while none had to wait (Little's law: requests in flight divided by
/// requests a second), and what follows from it for a queue.
struct ServiceTimeEstimate: Sendable, Equatable {
    /// The weight of the newest second.
    private static let gain = 0.125
    /// Fewer requests than these in the panic window say too little.
    private static let leastRequests = 10.0

    /// `nil` while nothing is known that can be relied on.
    private(set) var seconds: Double?
    private var lastLearnedSecond = Int64.min
    /// When requests began to wait, if some do.
    private var waitingSince: MonotonicInstant?
    /// When requests waited last.
    private var lastWaiting: MonotonicInstant?

    /// Learns from a moment.
    ///
    /// - Parameters:
    ///   - windowSeconds: Length of the panic window, which must be free of waiting requests.
    ///   - patienceSeconds: How long requests may wait before what was learned is no longer believed: had it been
    ///     right, the queue would have drained.
    mutating func observe(
        waiting: Int,
        reading: LoadReading,
        windowSeconds: Int,
        patienceSeconds: Double,
        at now: MonotonicInstant
    ) {
        if waiting > 0 {
            let since = self.waitingSince ?? now
            self.waitingSince = since
            self.lastWaiting = now
            if now.seconds(since: since) > patienceSeconds { self.seconds = nil }
            return
        }
        self.waitingSince = nil
        let calmSeconds = self.lastWaiting.map { now.seconds(since: $0) } ?? .infinity
        guard let arrivals = reading.arrivals, calmSeconds > Double(windowSeconds),
            arrivals * Double(windowSeconds) >= Self.leastRequests, now.wholeSeconds > self.lastLearnedSecond
        else { return }
        self.lastLearnedSecond = now.wholeSeconds
        let newest = reading.short / arrivals
        self.seconds = self.seconds.map { $0 + Self.gain * (newest - $0) } ?? newest
    }

    /// Whether requests waited so recently that averages over `seconds` still show it.
    func hasWaited(within seconds: Double, at now: MonotonicInstant) -> Bool {
        self.lastWaiting.map { now.seconds(since: $0) <= seconds } ?? false
    }

    /// Requests in flight with which arrivals are kept up with and a queue is worked off within `drainSeconds`.
    func concurrency(arrivals: Double, waiting: Int, drainSeconds: Double) -> Double? {
        self.seconds.map { $0 * (arrivals + Double(waiting) / drainSeconds) }
    }
}
