import Synchronization

/// A value that a thread will deliver to a task.
///
/// Delivered once: whoever comes first counts, the thread, the cancelled task or the deadline.
final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case awaited(CheckedContinuation<Result<Value, MessagingError>, Never>)
        case delivered(Result<Value, MessagingError>)
    }

    private let state = Mutex(State.empty)

    func deliver(_ result: Result<Value, MessagingError>) {
        let continuation = self.state.withLock { state -> CheckedContinuation<Result<Value, MessagingError>, Never>? in
            switch state {
            case .delivered: return nil
            case .empty:
                state = .delivered(result)
                return nil
            case .awaited(let continuation):
                state = .delivered(result)
                return continuation
            }
        }
        continuation?.resume(returning: result)
    }

    /// Waits for the value; one task may.
    func value() async throws(MessagingError) -> Value {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let delivered = self.state.withLock { state -> Result<Value, MessagingError>? in
                    guard case .delivered(let result) = state else {
                        state = .awaited(continuation)
                        return nil
                    }
                    return result
                }
                if let delivered { continuation.resume(returning: delivered) }
            }
        } onCancel: {
            self.deliver(.failure(MessagingError(.timedOut, "the wait for an answer was cancelled")))
        }
        return try result.get()
    }
}
