public import Timekeeping

/// What is known of requests that wait between the reports of their number.
///
/// A wake is told at once and a report comes every second, perhaps from before the wake; this keeps the two together.
public struct WakeMemory: Sendable, Equatable {
    /// When the last request found no replica, until that is old news.
    public private(set) var wokenAt: MonotonicInstant?
    /// How many waited then, until a later report says how many still do.
    public private(set) var waiting = 0
    /// The most requests that waited at the last decision, to see a queue that grows.
    public private(set) var waitingAtDecision = 0

    public init() {}

    /// - Parameter hold: How long a wake stands when nothing newer is heard.
    public func isWoken(now: MonotonicInstant, hold: Duration) -> Bool {
        guard let wokenAt else { return false }
        return now < wokenAt.advanced(byNanoseconds: hold.quickNanoseconds)
    }

    /// Requests wait and no replica can take them.
    ///
    /// - Returns: Whether that is news: a storm of wakes must not become a storm of decisions.
    public mutating func woke(waiting: Int, at now: MonotonicInstant, spacing: Duration) -> Bool {
        let isNews = !self.isWoken(now: now, hold: spacing) || waiting > self.waitingAtDecision
        self.wokenAt = now
        self.waiting = max(1, waiting)
        return isNews
    }

    /// A report came; it is newer than the wake, but may tell of the moment before it, so one is kept.
    public mutating func heard(waiting: Int, at instant: MonotonicInstant) {
        guard let wokenAt, instant > wokenAt else { return }
        self.waiting = max(1, min(self.waiting, waiting))
    }

    /// Whether a report of so many waiting requests asks for a decision before the next tick.
    public func hasGrown(to waiting: Int) -> Bool { waiting > 0 && waiting > self.waitingAtDecision }

    /// Requests that wait, as far as is known, at the moment of a decision.
    ///
    /// - Parameter reported: What the last reports say.
    public mutating func waitingToDecide(reported: Int, now: MonotonicInstant, hold: Duration) -> Int {
        self.waitingAtDecision = max(reported, self.isWoken(now: now, hold: hold) ? self.waiting : 0)
        return self.waitingAtDecision
    }
}
