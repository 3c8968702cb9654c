import Timekeeping

/// Bounds the status writes of all revisions together: a bucket of tokens that fills at a fixed rate up to one second's.
struct StatusBudget: Sendable {
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: MonotonicInstant?

    init(perSecond: Double) {
        precondition(perSecond > 0, "perSecond: \(perSecond)")
        self.perSecond = perSecond
        self.tokens = max(1, perSecond)
    }

    mutating func take(now: MonotonicInstant) -> Bool {
        if let filledAt {
            let filled = self.tokens + now.seconds(since: filledAt) * self.perSecond
            self.tokens = min(max(1, self.perSecond), filled)
        }
        self.filledAt = now
        guard self.tokens >= 1 else { return false }
        self.tokens -= 1
        return true
    }
}
