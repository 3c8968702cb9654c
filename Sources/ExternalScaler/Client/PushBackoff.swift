import Synchronization

/// How long to wait before a stream is opened again: 2, 4, 8, 16, 32, 60, 60, … seconds.
struct PushBackoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var current: Duration

    init(first: Duration = .seconds(2), longest: Duration = .seconds(60)) {
        self.first = first
        self.longest = longest
        self.current = first
    }

    mutating func next() -> Duration {
        defer { self.current = min(self.current * 2, self.longest) }
        return self.current
    }

    mutating func reset() {
        self.current = self.first
    }
}

/// The one task that follows a scaler's stream.
final class PushTask: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    deinit {
        self.replace(with: nil)
    }

    /// Ends the task that was there.
    func replace(with task: Task<Void, Never>?) {
        let old = self.task.withLock { current in
            defer { current = task }
            return current
        }
        old?.cancel()
    }
}
