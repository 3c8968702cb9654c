import Synchronization

/// Given once, waited for by one task.
final class StopSignal: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Void, Never>)
        case given
    }

    /// Whether it was given because something failed, which whoever waits need not report as a wish.
    private let failed = Atomic<Bool>(false)

    private let state = Mutex(State.open)

    var isGiven: Bool {
        self.state.withLock { if case .given = $0 { true } else { false } }
    }

    var isFailure: Bool { self.failed.load(ordering: .acquiring) }

    func give(isFailure: Bool = false) {
        if isFailure { self.failed.store(true, ordering: .releasing) }
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state = .given }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume()
    }

    /// Returns once the signal is given, also when the task is cancelled: whoever gives it sees to that.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isGiven = self.state.withLock { state in
                if case .given = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isGiven { continuation.resume() }
        }
    }
}
