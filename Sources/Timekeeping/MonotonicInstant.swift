/// A moment on a clock that only moves forward, in nanoseconds since an origin the caller chose.
///
/// The live system counts from the kernel's monotonic clock, the simulator from the start of a scenario. Code that
/// decides takes an instant as an argument and never asks for one.
public struct MonotonicInstant: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The origin itself.
    public static let zero = MonotonicInstant(nanoseconds: 0)

    @inlinable
    public static func seconds(_ seconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: Int64((seconds * 1e9).rounded()))
    }

    @inlinable
    public static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    @inlinable
    public func advanced(byNanoseconds nanoseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: self.nanoseconds &+ nanoseconds)
    }

    @inlinable
    public func advanced(by duration: Duration) -> MonotonicInstant {
        self.advanced(byNanoseconds: duration.nanoseconds)
    }

    /// Seconds from `earlier` to this instant; negative when `earlier` is later.
    @inlinable
    public func seconds(since earlier: MonotonicInstant) -> Double {
        Double(self.nanoseconds &- earlier.nanoseconds) / 1e9
    }

    @inlinable
    public func duration(since earlier: MonotonicInstant) -> Duration {
        .nanoseconds(self.nanoseconds &- earlier.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, saturating at about 292 years either way.
    @inlinable
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carry) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !carry else { return seconds < 0 ? .min : .max }
        return sum
    }

    /// The same length as a floating-point number of seconds.
    @inlinable
    public var inSeconds: Double {
        let (seconds, attoseconds) = self.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
