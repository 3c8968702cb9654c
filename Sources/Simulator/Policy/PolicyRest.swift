public import Timekeeping

/// For how long a policy may be left alone with a service that stays as it is.
public struct PolicyRest: Sendable, Equatable {
    /// Until then it would decide nothing new; `nil`: for ever.
    public var until: MonotonicInstant?
    /// As long as no more requests than these are in the house at once, and none of them waits.
    public var mostConcurrency: Int

    public init(until: MonotonicInstant?, mostConcurrency: Int) {
        self.until = until
        self.mostConcurrency = mostConcurrency
    }
}

/// Reports of a service at rest, in the order of time, as they would have reached its policy.
public struct KeptReports: Sendable, Sequence {
    /// Equal reports, one interval after the other.
    private struct Stretch: Sendable, Equatable {
        var averageConcurrency: Double
        var requestsPerSecond: Double
        var inFlight: Int
        var count: Int
    }

    public let service: Int
    let interval: Int64
    /// When the first report was due, in nanoseconds.
    private(set) var first: Int64
    private var stretches: [Stretch] = []

    init(service: Int, first: Int64, interval: Int64) {
        self.service = service
        self.first = first
        self.interval = interval
    }

    mutating func append(averageConcurrency: Double, requestsPerSecond: Double, inFlight: Int) {
        let last = self.stretches.count - 1
        if last >= 0, self.stretches[last].averageConcurrency == averageConcurrency,
            self.stretches[last].requestsPerSecond == requestsPerSecond, self.stretches[last].inFlight == inFlight
        {
            self.stretches[last].count += 1
            return
        }
        self.stretches.append(
            Stretch(
                averageConcurrency: averageConcurrency,
                requestsPerSecond: requestsPerSecond,
                inFlight: inFlight,
                count: 1
            )
        )
    }

    /// Forgets everything, and begins anew at `first`.
    mutating func restart(at first: Int64) {
        self.first = first
        self.stretches.removeAll(keepingCapacity: true)
    }

    public func makeIterator() -> Iterator { Iterator(kept: self, due: self.first) }

    public struct Iterator: IteratorProtocol {
        private let kept: KeptReports
        private var due: Int64
        private var position = 0
        private var taken = 0

        fileprivate init(kept: KeptReports, due: Int64) {
            self.kept = kept
            self.due = due
        }

        public mutating func next() -> MetricSample? {
            guard self.position < self.kept.stretches.count else { return nil }
            let stretch = self.kept.stretches[self.position]
            let at = self.due
            self.due = at &+ self.kept.interval
            self.taken += 1
            if self.taken == stretch.count {
                self.taken = 0
                self.position += 1
            }
            return MetricSample(
                service: self.kept.service,
                measuredAt: MonotonicInstant(nanoseconds: at),
                intervalSeconds: Double(self.kept.interval) / 1e9,
                averageConcurrency: stretch.averageConcurrency,
                requestsPerSecond: stretch.requestsPerSecond,
                inFlight: stretch.inFlight
            )
        }
    }
}
