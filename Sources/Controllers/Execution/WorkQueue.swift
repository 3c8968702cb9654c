import Timekeeping

/// Which objects are to be looked at: each key once however often it is named, never two looks at one key side by side,
/// and a growing pause after failures.
///
/// A key that is named while it is being worked on is looked at again afterwards, because the look may have begun before
/// what happened now.
struct WorkQueue<Key: Hashable & Sendable>: Sendable {
    /// How a look ended.
    enum Outcome: Sendable, Equatable {
        case done
        /// Failed: again after a pause that doubles with every failure in a row.
        case failed
        /// Fine, but look again then, whatever happens meanwhile.
        case again(after: Duration)
    }
    private let firstPause: Duration
    private let longestPause: Duration
    private var ready: [Key] = []
    private var isReady: Set<Key> = []
    private var running: Set<Key> = []
    private var namedMeanwhile: Set<Key> = []
    private var delayed: [Key: MonotonicInstant] = [:]
    private var failures: [Key: Int] = [:]

    init(firstPause: Duration = .milliseconds(50), longestPause: Duration = .seconds(30)) {
        precondition(firstPause > .zero && longestPause >= firstPause, "\(firstPause), \(longestPause)")
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    var runningCount: Int { self.running.count }
    var isEmpty: Bool { self.ready.isEmpty && self.running.isEmpty && self.delayed.isEmpty }

    /// Something about the object happened.
    mutating func add(_ key: Key) {
        guard !self.running.contains(key) else {
            self.namedMeanwhile.insert(key)
            return
        }
        self.delayed[key] = nil
        guard self.isReady.insert(key).inserted else { return }
        self.ready.append(key)
    }

    /// Something about the object happened that can wait: more of the kind may follow at once.
    mutating func add(_ key: Key, notBefore due: MonotonicInstant) {
        guard !self.running.contains(key) else {
            self.namedMeanwhile.insert(key)
            return
        }
        guard !self.isReady.contains(key) else { return }
        // A look that is due much later, a deadline's for example, must not hold news back until then.
        if let known = self.delayed[key], known <= due { return }
        self.delayed[key] = due
    }

    /// The key to work on now, or `nil`; whoever takes it calls `finished`.
    mutating func take(now: MonotonicInstant) -> Key? {
        for (key, due) in self.delayed where due <= now { self.add(key) }
        guard !self.ready.isEmpty else { return nil }
        let key = self.ready.removeFirst()
        self.isReady.remove(key)
        self.running.insert(key)
        return key
    }

    mutating func finished(_ key: Key, _ outcome: Outcome, now: MonotonicInstant) {
        self.running.remove(key)
        let wasNamed = self.namedMeanwhile.remove(key) != nil
        switch outcome {
        case .failed:
            // News does not shorten the pause: what fails would fail again at once.
            let count = (self.failures[key] ?? 0) + 1
            self.failures[key] = count
            self.delayed[key] = now.advanced(by: self.pause(afterFailures: count))
        case .done:
            self.failures[key] = nil
            if wasNamed { self.add(key) }
        case .again(let wait):
            self.failures[key] = nil
            if wasNamed { self.add(key) } else { self.delayed[key] = now.advanced(by: wait) }
        }
    }

    /// When `take` gives something that it does not give now; `nil` when only news can make that happen.
    var nextDue: MonotonicInstant? { self.delayed.values.min() }

    /// 50 ms, 100 ms, 200 ms … 25.6 s, 30 s with the defaults.
    private func pause(afterFailures count: Int) -> Duration {
        var pause = self.firstPause
        for _ in 1..<max(count, 1) where pause < self.longestPause { pause *= 2 }
        return min(pause, self.longestPause)
    }
}
