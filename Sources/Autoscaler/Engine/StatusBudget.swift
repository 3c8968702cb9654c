import Timekeeping

/// Bounds the status writes of all revisions together by giving each a moment of its own.
///
/// Whoever comes too early gets the next free moment and need not ask again, so a long row of writers costs each of them
/// one look. An idle budget lets one second's worth pass at once.
struct StatusBudget: Sendable {
    private let nanosecondsPerWrite: Int64
    /// The first moment that nobody has; lies up to a second in the past while there is room.
    private var nextFree: MonotonicInstant?

    init(perSecond: Double) {
        precondition(perSecond > 0, "perSecond: \(perSecond)")
        self.nanosecondsPerWrite = Int64(1e9 / perSecond)
    }

    /// - Returns: When to write: now, or the moment that was set aside.
    mutating func reserve(now: MonotonicInstant) -> MonotonicInstant {
        let oldest = now.advanced(byNanoseconds: -1_000_000_000)
        let moment = max(self.nextFree ?? oldest, oldest)
        self.nextFree = moment.advanced(byNanoseconds: self.nanosecondsPerWrite)
        return max(moment, now)
    }
}
