public import Timekeeping

/// When a queue of requests is news for the autoscaler.
///
/// The first who waits wakes it, and so does every doubling of the queue: from zero the number of those who wait is all
/// that the decision has to go by.
public struct WakeRule: Sendable, Equatable {
    /// The autoscaler hears of a queue in front of busy replicas at most this often; in front of none, at once.
    private static let spacing = Duration.milliseconds(100)

    private var last: MonotonicInstant?

    public init() {}

    /// Whether to wake the autoscaler now that a request has joined the queue.
    ///
    /// - Parameters:
    ///   - waiting: Requests that wait, this one included.
    ///   - isFirst: Whether nobody waited before.
    ///   - hasReadyReplica: Whether some replica serves, and is merely busy.
    public mutating func isDue(waiting: Int, isFirst: Bool, hasReadyReplica: Bool, now: MonotonicInstant) -> Bool {
        guard isFirst || waiting & (waiting - 1) == 0 else { return false }
        if hasReadyReplica, let last, now < last.advanced(by: Self.spacing) { return false }
        self.last = now
        return true
    }
}
