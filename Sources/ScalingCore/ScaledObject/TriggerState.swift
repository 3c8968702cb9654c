import Timekeeping

/// What is remembered of one trigger.
struct TriggerState: Sendable, Equatable {
    private(set) var reading: TriggerReading?
    private(set) var readAt: MonotonicInstant?
    /// What went wrong the last time; `nil` after a success.
    private(set) var failure: String?
    /// Failures in a row, counted at most once a polling interval.
    private(set) var failures = 0
    /// Failures in a row, every one of them; what the next look waits longer for.
    private(set) var attempts = 0
    /// The source itself said that it has work, and no look has followed yet.
    private(set) var isPushed = false
    private var countedAt: MonotonicInstant?

    /// - Returns: Whether what was read differs so much from before that a decision may.
    mutating func record(_ reading: TriggerReading, at now: MonotonicInstant) -> Bool {
        let before = self.reading
        self.reading = reading
        self.readAt = now
        self.failure = nil
        self.failures = 0
        self.attempts = 0
        self.countedAt = nil
        self.isPushed = false
        guard let before else { return reading.isActive }
        return before.isActive != reading.isActive || Self.hasMoved(from: before, to: reading)
    }

    /// - Parameter interval: Looks that fail within one are one failure: a source that is asked more often than KEDA
    ///   would ask it must not be given up the sooner for it.
    mutating func recordFailure(_ sentence: String, interval: Double, at now: MonotonicInstant) {
        self.failure = sentence
        self.attempts += 1
        guard let countedAt else {
            self.failures = 1
            self.countedAt = now
            return
        }
        // A timer that fires a little early still counts, and does not bring the next one nearer.
        let waited = now.seconds(since: countedAt)
        guard waited >= 0.95 * interval else { return }
        self.failures += 1
        self.countedAt = waited < interval ? countedAt.advanced(by: .nanoseconds(Int64(interval * 1e9))) : now
    }

    mutating func push() {
        self.isPushed = true
    }

    /// A tenth of one replica's share, or of the whole for those without one.
    private static func hasMoved(from before: TriggerReading, to after: TriggerReading) -> Bool {
        guard before.metrics.count == after.metrics.count else { return true }
        return zip(before.metrics, after.metrics).contains { old, new in
            (old.value - new.value).magnitude >= 0.1 * new.target.magnitude || old.target != new.target
        }
    }
}
