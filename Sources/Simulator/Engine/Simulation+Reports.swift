import RoutingCore
import SimulationKit
import Timekeeping

/// Reports on their way to the autoscaler: all are equally late, so they arrive in the order in which they left.
struct DeliveryRing {
    private var batches: [[MetricSample]] = []
    private var head = 0

    mutating func append(_ batch: [MetricSample]) { self.batches.append(batch) }

    mutating func popFirst() -> [MetricSample]? {
        guard self.head < self.batches.count else { return nil }
        let batch = self.batches[self.head]
        self.batches[self.head] = []
        self.head += 1
        if self.head == self.batches.count {
            self.batches.removeAll(keepingCapacity: true)
            self.head = 0
        }
        return batch
    }
}

extension Simulation {
    /// Puts the service among those whose load is reported, where somebody wants to know.
    @inline(__always)
    mutating func report(_ service: Int) {
        guard !self.services[service].isReported else { return }
        self.beginReporting(service)
    }

    private mutating func beginReporting(_ service: Int) {
        guard self.services[service].interests.contains(.samples), !self.services[service].isQueue else { return }
        self.services[service].isReported = true
        // Activators report all the time; nothing happened since their last report.
        let boundary = self.now / self.reportInterval * self.reportInterval
        _ = self.services[service].dispatcher.takeInterval(now: MonotonicInstant(nanoseconds: boundary))
        self.reported.append(service)
        guard !self.isReportSet else { return }
        self.isReportSet = true
        self.schedule(.report, at: boundary + self.reportInterval, argument: 0)
    }

    mutating func report() {
        // Taken out, because a sample may lead to a decision; its room is used again.
        var samples = self.samples
        self.samples = []
        samples.removeAll(keepingCapacity: true)
        var position = 0
        while position < self.reported.count {
            let service = self.reported[position]
            let isResting = self.services[service].rest.isOn
            if !isResting, self.measure(service, into: &samples) {
                position += 1
            } else {
                if isResting {
                    self.services[service].rest.isListed = false
                } else {
                    self.services[service].isReported = false
                }
                self.reported.swapAt(position, self.reported.count - 1)
                self.reported.removeLast()
            }
        }
        // The reports of those who rest come as well; their policies hear of them later.
        self.isReportSet = !self.reported.isEmpty || self.resting > 0
        if self.isReportSet { self.schedule(.report, after: self.reportInterval, argument: 0) }
        let lag = Int64((self.scenario.metrics.lagSeconds * 1e9).rounded())
        guard lag > 0 else {
            for sample in samples { self.observe(sample) }
            self.samples = samples
            return
        }
        self.deliveries.append(samples)
        self.schedule(.delivery, after: lag, argument: 0)
    }

    mutating func deliver() {
        for sample in self.deliveries.popFirst() ?? [] { self.observe(sample) }
    }

    /// - Returns: Whether the service has something to report next time.
    private mutating func measure(_ service: Int, into samples: inout [MetricSample]) -> Bool {
        let interval = self.services[service].dispatcher.takeInterval(now: self.instant)
        let waiting = self.services[service].dispatcher.waiting
        let concurrency = self.services[service].dispatcher.concurrency
        let hasLoad = interval.arrivals > 0 || interval.averageConcurrency > 0 || concurrency > 0
        let isOver = !hasLoad && !self.services[service].hadLoad
        self.services[service].hadLoad = hasLoad
        // Whoever sleeps and has no replicas need not be told every second that there is still nothing.
        if isOver, self.services[service].tickWanted == .max, self.services[service].replicas.isEmpty { return false }
        guard self.services[service].silencers == 0 else { return true }
        let activators = max(1, self.scenario.metrics.activators)
        for reporter in 0..<activators {
            let share = Double(activators)
            samples.append(
                MetricSample(
                    service: service,
                    reporter: reporter,
                    measuredAt: self.instant,
                    intervalSeconds: interval.seconds,
                    averageConcurrency: interval.averageConcurrency / share,
                    requestsPerSecond: interval.seconds > 0 ? Double(interval.arrivals) / interval.seconds / share : 0,
                    waiting: Self.share(of: waiting, for: reporter, of: activators),
                    inFlight: Self.share(of: concurrency - waiting, for: reporter, of: activators)
                )
            )
        }
        return true
    }

    /// Whole parts that sum up to `count`.
    private static func share(of count: Int, for reporter: Int, of reporters: Int) -> Int {
        count / reporters + (reporter < count % reporters ? 1 : 0)
    }
}
