import Glibc

/// A moment in the calendar of people, UTC, for timestamps that leave the program.
///
/// The wall clock jumps when it is set: measure durations with `MonotonicClock`.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z, negative before.
    public let unixNanoseconds: Int64

    public init(unixNanoseconds: Int64) {
        self.unixNanoseconds = unixNanoseconds
    }

    /// - Parameter unixSeconds: Seconds since 1970-01-01T00:00:00Z; beyond the years 1678 to 2261 they saturate.
    public init(unixSeconds: Double) {
        self.unixNanoseconds = Int64(max(-9.2e18, min(9.2e18, (unixSeconds * 1e9).rounded())))
    }

    public static func now() -> WallTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(unixNanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    public var unixSeconds: Double { Double(self.unixNanoseconds) / 1e9 }

    public static func < (left: WallTime, right: WallTime) -> Bool {
        left.unixNanoseconds < right.unixNanoseconds
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    public func seconds(since earlier: WallTime) -> Double {
        Double(self.unixNanoseconds - earlier.unixNanoseconds) / 1e9
    }
}
