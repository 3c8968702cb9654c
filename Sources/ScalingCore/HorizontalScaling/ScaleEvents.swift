import Timekeeping

/// How much the scale changed of late, for rates by period.
struct ScaleEvents: Sendable, Equatable {
    private struct Event: Sendable, Equatable {
        /// Replicas that came, or negative, that went.
        var change: Int
        var at: MonotonicInstant

        func isWithin(_ seconds: Double, _ now: MonotonicInstant) -> Bool { now.seconds(since: self.at) < seconds }
    }

    /// Longest period that a policy may have.
    static let longestPeriodSeconds = 1800.0
    /// Beyond this many the oldest ones are taken together, so that memory stays bounded however often somebody scales.
    private static let most = 512

    private var events: [Event] = []

    mutating func record(change: Int, at now: MonotonicInstant) {
        guard change != 0 else { return }
        self.events.removeAll { now.seconds(since: $0.at) >= Self.longestPeriodSeconds }
        self.events.append(Event(change: change, at: now))
        guard self.events.count > Self.most else { return }
        // The sum stays; the older half of a pair looks a little younger than it is.
        let oldest = self.events.removeFirst()
        if (oldest.change > 0) == (self.events[0].change > 0) {
            self.events[0].change = self.events[0].change &+ oldest.change
        }
    }

    /// Replicas that came within the last `seconds`.
    func added(within seconds: Double, now: MonotonicInstant) -> Int {
        self.events.reduce(0) { $0 + ($1.isWithin(seconds, now) ? max(0, $1.change) : 0) }
    }

    /// Replicas that went within the last `seconds`.
    func removed(within seconds: Double, now: MonotonicInstant) -> Int {
        self.events.reduce(0) { $0 + ($1.isWithin(seconds, now) ? max(0, -$1.change) : 0) }
    }

    /// Until the oldest event of the last `seconds` no longer counts; `nil` when there is none.
    func secondsUntilNextExpiry(within seconds: Double, now: MonotonicInstant) -> Double? {
        self.events.first { $0.isWithin(seconds, now) }.map { seconds - now.seconds(since: $0.at) }
    }
}
