import Synchronization

/// A histogram that threads share behind a short lock; a meter of one thread takes `HistogramData` itself.
public final class Histogram: Sendable {
    private let data: Mutex<HistogramData>

    /// A histogram that no registry reports, for tests and defaults.
    public init(_ buckets: HistogramBuckets = .latency) {
        self.data = Mutex(HistogramData(buckets))
    }

    /// Counts one value, in the unit of the buckets.
    public func record(_ value: Double) {
        self.data.withLock { $0.record(value) }
    }

    /// A copy of what was counted so far.
    public var snapshot: HistogramData { self.data.withLock { $0 } }

    func reset() {
        self.data.withLock { $0 = HistogramData($0.buckets) }
    }
}
