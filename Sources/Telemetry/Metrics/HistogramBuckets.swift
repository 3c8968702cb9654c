/// The fixed upper bounds of a histogram, in the unit of what it counts.
public struct HistogramBuckets: Sendable, Hashable {
    /// Ascending and finite.
    ///
    /// A bound belongs to its own bucket; above the last one lies the bucket without end.
    public let bounds: [Double]

    public init(_ bounds: [Double]) {
        precondition(!bounds.isEmpty && bounds.allSatisfy(\.isFinite), "bounds must be finite: \(bounds)")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds must ascend: \(bounds)")
        self.bounds = bounds
    }

    /// Seconds, from half a millisecond to ten minutes: a warm request as well as a slow cold start.
    public static let latency = HistogramBuckets([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300, 600,
    ])

    /// Counts of things, one to ten thousand: batch sizes, queue lengths.
    public static let count = HistogramBuckets([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 10_000])
}
