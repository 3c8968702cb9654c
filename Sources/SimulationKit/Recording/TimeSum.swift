/// A sum of products of counts and nanoseconds, exact however long it grows.
public struct TimeSum: Sendable, Hashable {
    /// The sum is `high` times 2^64 plus `low`.
    public private(set) var high: Int64 = 0
    public private(set) var low: UInt64 = 0

    public init() {}

    /// Adds `nanoseconds`, at least zero, `count` times, at least zero.
    @inlinable
    public mutating func add(_ nanoseconds: Int64, count: Int = 1) {
        let product = UInt64(bitPattern: nanoseconds).multipliedFullWidth(by: UInt64(bitPattern: Int64(count)))
        self.add(high: product.high, low: product.low)
    }

    @inlinable
    public mutating func add(_ other: TimeSum) {
        self.add(high: UInt64(bitPattern: other.high), low: other.low)
    }

    @usableFromInline
    mutating func add(high: UInt64, low: UInt64) {
        let (sum, carry) = self.low.addingReportingOverflow(low)
        self.low = sum
        self.high = self.high &+ Int64(bitPattern: high) &+ (carry ? 1 : 0)
    }

    /// Rounded to the nearest number that fits.
    public var seconds: Double { (Double(self.high) * 0x1p64 + Double(self.low)) / 1e9 }
}
