import Synchronization

/// Wakes one task that waits for something to do; a signal that nobody waits for is kept, once.
final class WakeSignal: Sendable {
    private enum State {
        case quiet
        case signalled
        case awaited(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.quiet)

    func signal() {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            if case .awaited(let continuation) = state {
                state = .quiet
                return continuation
            }
            state = .signalled
            return nil
        }
        waiter?.resume()
    }

    /// Returns once there was a signal, or the task is cancelled.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isSignalled = self.state.withLock { state in
                    if case .signalled = state {
                        state = .quiet
                        return true
                    }
                    state = .awaited(continuation)
                    return false
                }
                if isSignalled { continuation.resume() }
            }
        } onCancel: {
            self.signal()
        }
    }

    /// Returns once there was a signal, or the time is over.
    func wait(atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}
