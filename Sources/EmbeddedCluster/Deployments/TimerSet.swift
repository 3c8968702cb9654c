import Synchronization

/// When each key comes up by itself next, so that no key collects timers.
final class TimerSet<Key: Hashable & Sendable>: Sendable {
    typealias Instant = ContinuousClock.Instant

    private let due = Mutex<[Key: Instant]>([:])

    /// Whether the caller is to start a timer for `instant`: not when an earlier one is running.
    func arm(_ key: Key, at instant: Instant) -> Bool {
        self.due.withLock { due in
            if let armed = due[key], armed <= instant { return false }
            due[key] = instant
            return true
        }
    }

    /// The timer for `instant` has fired.
    func fired(_ key: Key, at instant: Instant) {
        self.due.withLock { due in
            if due[key] == instant { due[key] = nil }
        }
    }
}
