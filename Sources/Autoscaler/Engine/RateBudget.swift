import Timekeeping

/// Bounds how often something is done for all targets together, by giving each a moment of its own.
///
/// Whoever comes too early gets the next free moment and need not ask again, so a long row of them costs each of them
/// one look. An idle budget lets one second's worth pass at once.
struct RateBudget: Sendable {
    private let nanosecondsEach: Int64
    /// The first moment that nobody has; lies up to a second in the past while there is room.
    private var nextFree: MonotonicInstant?

    init(perSecond: Double) {
        precondition(perSecond > 0, "perSecond: \(perSecond)")
        self.nanosecondsEach = Int64(1e9 / perSecond)
    }

    /// - Returns: When to go ahead: now, or the moment that was set aside.
    mutating func reserve(now: MonotonicInstant) -> MonotonicInstant {
        let oldest = now.advanced(byNanoseconds: -1_000_000_000)
        let moment = max(self.nextFree ?? oldest, oldest)
        self.nextFree = moment.advanced(byNanoseconds: self.nanosecondsEach)
        return max(moment, now)
    }
}
