import ServingAPI
import Timekeeping

/// Requests that waited for a revision before the autoscaler had heard of it: the activator's watch may be faster.
struct EarlyWakes: Sendable {
    struct Wake: Sendable {
        var waiting: Int
        var at: MonotonicInstant
    }

    /// Revisions to remember; the oldest gives way, whose activator will report its queue within a second anyway.
    private static let capacity = 1024

    private var wakes: [RevisionID: Wake] = [:]

    mutating func add(_ id: RevisionID, waiting: Int, at now: MonotonicInstant) {
        if self.wakes[id] == nil, self.wakes.count == Self.capacity,
            let oldest = self.wakes.min(by: { $0.value.at < $1.value.at })?.key
        {
            self.wakes[oldest] = nil
        }
        self.wakes[id] = Wake(waiting: max(1, waiting), at: now)
    }

    mutating func take(_ id: RevisionID) -> Wake? { self.wakes.removeValue(forKey: id) }
}
