import Timekeeping

/// What the scale-up and scale-down rates multiply: the replicas at the begin of a tick's length.
///
/// Decisions on events come at any time. Were each to apply a rate to what the one before left, two in a row would
/// double the rate.
struct RatePeriod: Sendable, Equatable {
    /// The tick to which a rate refers.
    static let seconds = 2.0

    private var start: MonotonicInstant?
    /// The most replicas asked for in this period or right before it.
    private(set) var highest = 0
    /// The replicas that were there or coming when the period began.
    private(set) var committed = 0

    /// Moves on to `now`.
    ///
    /// - Parameters:
    ///   - current: Replicas that the last decision asked for.
    ///   - committed: Replicas that are ready or starting now.
    mutating func advance(to now: MonotonicInstant, current: Int, committed: Int) {
        if let start, now.seconds(since: start) < Self.seconds {
            self.highest = max(self.highest, current)
            return
        }
        self.start = now
        self.highest = current
        self.committed = committed
    }
}
