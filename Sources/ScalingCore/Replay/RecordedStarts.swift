import Timekeeping

/// Replicas that were starting when a trace was recorded, as far as it tells: those that were asked for and not ready.
struct RecordedStarts: Sendable, Equatable {
    /// When each was asked for, the oldest first.
    private(set) var since: [MonotonicInstant] = []
    private var ready: Int

    init(readyAtStart: Int) {
        self.ready = readyAtStart
    }

    /// Takes in how many are ready now; those that have started since were the oldest.
    mutating func observe(ready: Int?) {
        guard let ready else { return }
        self.since.removeFirst(min(self.since.count, max(0, ready - self.ready)))
        self.ready = ready
    }

    /// Takes in what was decided; what is not wanted any more is the newest.
    mutating func decided(_ desired: Int?, at now: MonotonicInstant) {
        guard let desired else { return }
        let missing = max(0, desired - self.ready)
        if missing < self.since.count {
            self.since.removeLast(self.since.count - missing)
        } else {
            self.since.append(contentsOf: repeatElement(now, count: missing - self.since.count))
        }
    }
}
