import Synchronization

/// Given once, waited for by one task.
final class StopSignal: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Void, Never>)
        case given
    }

    private let state = Mutex(State.open)

    var isGiven: Bool {
        self.state.withLock { if case .given = $0 { true } else { false } }
    }

    func give() {
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
