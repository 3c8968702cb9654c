/// A histogram as a plain value, for meters that one thread owns and a collector copies.
///
/// Recording allocates nothing and takes no lock. Share one between threads through `Histogram`.
public struct HistogramData: Sendable, Equatable {
    public let buckets: HistogramBuckets
    /// Values per bucket, not cumulative; the last one counts what lies above every bound.
    public private(set) var counts: [UInt64]
    public private(set) var sum: Double

    public init(_ buckets: HistogramBuckets = .latency) {
        self.buckets = buckets
        self.counts = Array(repeating: 0, count: buckets.bounds.count + 1)
        self.sum = 0
    }

    /// How many values were recorded.
    public var count: UInt64 { self.counts.reduce(0, &+) }

    /// Counts one value; not-a-number is left out, as it would spoil the sum for good.
    ///
    /// - Complexity: O(log *b*), where *b* is the number of buckets.
    public mutating func record(_ value: Double) {
        guard !value.isNaN else { return }
        self.counts[self.bucket(of: value)] &+= 1
        self.sum += value
    }

    /// Adds what another histogram with the same bounds has counted.
    public mutating func merge(_ other: HistogramData) {
        precondition(self.buckets == other.buckets, "histograms with different bounds cannot be merged")
        for index in self.counts.indices { self.counts[index] &+= other.counts[index] }
        self.sum += other.sum
    }

    /// Estimates a quantile by straight lines within buckets, as PromQL's `histogram_quantile` does.
    ///
    /// - Parameter quantile: From 0 to 1.
    /// - Returns: The estimate in the unit of the values, the highest bound when it lies above, or `nil` when nothing
    ///   was recorded.
    public func quantile(_ quantile: Double) -> Double? {
        precondition((0...1).contains(quantile), "quantile: \(quantile)")
        let count = self.count
        guard count > 0 else { return nil }
        let rank = quantile * Double(count)
        var below: UInt64 = 0
        for (index, bound) in self.buckets.bounds.enumerated() {
            let here = self.counts[index]
            if here > 0, Double(below + here) >= rank {
                let lower = index == 0 ? min(0, bound) : self.buckets.bounds[index - 1]
                return lower + (bound - lower) * (rank - Double(below)) / Double(here)
            }
            below += here
        }
        return self.buckets.bounds.last
    }

    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = self.buckets.bounds.count
        while low < high {
            let middle = (low + high) >> 1
            if value <= self.buckets.bounds[middle] { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
