/// How often which duration occurred: whole numbers only, at most one per cent off, mergeable without loss.
///
/// Up to 128 every value has a bucket of its own; above, every doubling has 64 buckets of equal width, so a bucket's
/// middle is less than 0.8 % away from anything in it. Count, sum, least and greatest are exact. Only the stretch of
/// buckets that is in use takes memory.
public struct LatencyHistogram: Sendable, Equatable {
    public private(set) var count: UInt64 = 0
    /// Exact.
    public private(set) var sum = TimeSum()
    /// The least value; meaningless while `count` is 0.
    public private(set) var least: Int64 = .max
    public private(set) var greatest: Int64 = 0
    /// Number of the first bucket in `buckets`.
    private var first = 0
    private var buckets: [UInt64] = []

    public init() {}

    @inline(__always)
    static func bucket(of value: Int64) -> Int {
        if value < 128 { return Int(value) }
        let shift = 57 - value.leadingZeroBitCount
        return shift << 6 + Int(value >> Int64(shift))
    }

    /// The values that fall into a bucket: from `lower` up to and including `upper`.
    static func bounds(ofBucket bucket: Int) -> (lower: Int64, upper: Int64) {
        if bucket < 128 { return (Int64(bucket), Int64(bucket)) }
        let shift = Int64(bucket >> 6 - 1)
        let lower = Int64(bucket & 63 + 64) << shift
        return (lower, lower + (1 << shift) - 1)
    }

    /// Counts a value; what is below zero counts as zero.
    public mutating func record(_ value: Int64) {
        let value = max(0, value)
        self.count += 1
        self.sum.add(value)
        if value < self.least { self.least = value }
        if value > self.greatest { self.greatest = value }
        let position = Self.bucket(of: value) - self.first
        if position >= 0, position < self.buckets.count {
            self.buckets[position] += 1
        } else {
            self.add(1, bucket: position + self.first)
        }
    }

    public mutating func merge(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        self.count += other.count
        self.sum.add(other.sum)
        self.least = min(self.least, other.least)
        self.greatest = max(self.greatest, other.greatest)
        for (position, count) in other.buckets.enumerated() where count > 0 {
            self.add(count, bucket: other.first + position)
        }
    }

    public var mean: Double { self.count == 0 ? .nan : self.sum.seconds * 1e9 / Double(self.count) }

    /// Between which values the value of rank ⌈share · count⌉ lies, both included; `nil` when nothing was counted.
    public func bounds(ofQuantile share: Double) -> (lower: Int64, upper: Int64)? {
        guard self.count > 0 else { return nil }
        let rank = min(max(1, UInt64((share * Double(self.count)).rounded(.up))), self.count)
        var seen: UInt64 = 0
        for (position, count) in self.buckets.enumerated() {
            seen += count
            guard seen >= rank else { continue }
            let bounds = Self.bounds(ofBucket: self.first + position)
            return (max(bounds.lower, self.least), min(bounds.upper, self.greatest))
        }
        return (self.greatest, self.greatest)
    }

    /// The value of that rank, at most one per cent off; not a number when nothing was counted.
    public func quantile(_ share: Double) -> Double {
        guard let bounds = self.bounds(ofQuantile: share) else { return .nan }
        return (Double(bounds.lower) + Double(bounds.upper)) / 2
    }

    /// The share of values that are at most `value`, its bucket included whole; 0 when nothing was counted.
    public func share(atMost value: Int64) -> Double {
        guard self.count > 0 else { return 0 }
        let last = Self.bucket(of: max(0, value)) - self.first
        guard last >= 0 else { return 0 }
        let below = self.buckets.prefix(last + 1).reduce(0, +)
        return Double(below) / Double(self.count)
    }

    /// Every bucket that counted something, in ascending order.
    public var occupied: [(lower: Int64, upper: Int64, count: UInt64)] {
        self.buckets.enumerated().compactMap { position, count in
            guard count > 0 else { return nil }
            let bounds = Self.bounds(ofBucket: self.first + position)
            return (bounds.lower, bounds.upper, count)
        }
    }

    public static func == (left: LatencyHistogram, right: LatencyHistogram) -> Bool {
        guard left.count == right.count, left.sum == right.sum, left.greatest == right.greatest else { return false }
        guard left.least == right.least else { return false }
        return left.occupied.elementsEqual(right.occupied) { $0.lower == $1.lower && $0.count == $1.count }
    }

    private mutating func add(_ count: UInt64, bucket: Int) {
        if self.buckets.isEmpty {
            self.first = bucket
            self.buckets = [count]
            return
        }
        if bucket < self.first {
            // A few more than needed, so that a slowly falling minimum does not copy every time.
            let added = min(self.first, self.first - bucket + 16)
            self.buckets.insert(contentsOf: repeatElement(0, count: added), at: 0)
            self.first -= added
        } else if bucket >= self.first + self.buckets.count {
            self.buckets.append(contentsOf: repeatElement(0, count: bucket - self.first - self.buckets.count + 1))
        }
        self.buckets[bucket - self.first] += count
    }
}
