import Glibc
import Timekeeping

/// The moment until which a call may take.
struct Deadline: Sendable {
    let instant: MonotonicInstant

    init(after duration: Duration) {
        self.instant = Self.now().advanced(by: duration)
    }

    /// Left until the moment; 0 when it is past.
    var remaining: Duration {
        max(.zero, self.instant.duration(since: Self.now()))
    }

    var isPast: Bool { self.remaining == .zero }

    /// Milliseconds left, rounded up so that a wait does not end just before the moment; at most `limit`.
    func milliseconds(atMost limit: Int32 = .max) -> Int32 {
        self.remaining.milliseconds(atMost: limit)
    }

    /// The kernel's monotonic clock.
    static func now() -> MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

extension Duration {
    /// Milliseconds, rounded up, between 0 and `limit`.
    func milliseconds(atMost limit: Int32 = .max) -> Int32 {
        let nanoseconds = max(0, self.nanoseconds)
        let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return Int32(clamping: min(Int64(limit), quotient + (remainder > 0 ? 1 : 0)))
    }

    /// For sentences: `2 s`, `1.5 s`, `250 ms`.
    var inWords: String {
        let milliseconds = self.nanoseconds / 1_000_000
        guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return rest == 0 ? "\(seconds) s" : "\(seconds).\(rest / 100) s"
    }
}
