import Synchronization

/// Keys to work on, each at most once, first come, first served.
///
/// One task takes, anybody adds.
///
/// A key that is added while it is worked on comes up again.
final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var waiting: [Key] = []
        /// Keys before this position were taken.
        var taken = 0
        var members: Set<Key> = []
    }

    private let state = Mutex(State())
    private let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation

    init() {
        // One ring is enough, however many keys came.
        (self.bell, self.ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ keys: [Key]) {
        guard !keys.isEmpty else { return }
        self.state.withLock { state in
            for key in keys where state.members.insert(key).inserted { state.waiting.append(key) }
        }
        self.ring.yield()
    }

    /// The next key, once there is one, or `nil` when the task was cancelled.
    func next() async -> Key? {
        while !Task.isCancelled {
            if let key = self.take() { return key }
            var rings = self.bell.makeAsyncIterator()
            guard await rings.next() != nil else { return nil }
        }
        return nil
    }

    private func take() -> Key? {
        self.state.withLock { state in
            guard state.taken < state.waiting.count else { return nil }
            let key = state.waiting[state.taken]
            state.taken += 1
            state.members.remove(key)
            if state.taken == state.waiting.count || state.taken >= 1024 {
                state.waiting.removeFirst(state.taken)
                state.taken = 0
            }
            return key
        }
    }
}
