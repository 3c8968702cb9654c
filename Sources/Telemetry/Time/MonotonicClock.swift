import Glibc
public import Timekeeping

/// The kernel's monotonic clock, the one clock that live code hands to code that decides.
public enum MonotonicClock {
    /// Now, in nanoseconds since the machine was started; unaffected by changes of the wall clock.
    @inline(__always)
    public static func now() -> MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
    }
}
