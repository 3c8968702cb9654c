import Autoscaler
import Synchronization

/// Waits for work that cannot be interrupted, but no longer than a time, and not at all once cancelled.
///
/// The work goes on by itself; it must be bounded by itself. Nobody looks at what it brings then.
enum Patience {
    static func wait<Value: Sendable>(
        for timeout: Duration,
        saying sentence: String,
        work: @escaping @Sendable () async -> Result<Value, TriggerFailure>
    ) async throws(TriggerFailure) -> Value {
        let outcome = Outcome<Value>()
        let worker = Task { outcome.settle(await work()) }
        let alarm = Task {
            try? await Task.sleep(for: timeout)
            outcome.settle(.failure(TriggerFailure(.unavailable, sentence)))
        }
        defer {
            alarm.cancel()
            worker.cancel()
        }
        return try await withTaskCancellationHandler {
            await outcome.value
        } onCancel: {
            outcome.settle(.failure(TriggerFailure(.unavailable, "the look was cancelled")))
        }
        .get()
    }

    /// Takes the first result that comes.
    private final class Outcome<Value: Sendable>: Sendable {
        private enum State {
            case empty
            case waiting(CheckedContinuation<Result<Value, TriggerFailure>, Never>)
            case settled(Result<Value, TriggerFailure>)
        }

        private let state = Mutex(State.empty)

        var value: Result<Value, TriggerFailure> {
            get async {
                await withCheckedContinuation { continuation in
                    let settled = self.state.withLock { state -> Result<Value, TriggerFailure>? in
                        if case .settled(let result) = state { return result }
                        state = .waiting(continuation)
                        return nil
                    }
                    if let settled { continuation.resume(returning: settled) }
                }
            }
        }

        func settle(_ result: Result<Value, TriggerFailure>) {
            let waiter = self.state.withLock { state -> CheckedContinuation<Result<Value, TriggerFailure>, Never>? in
                switch state {
                case .settled: return nil
                case .empty:
                    state = .settled(result)
                    return nil
                case .waiting(let continuation):
                    state = .settled(result)
                    return continuation
                }
            }
            waiter?.resume(returning: result)
        }
    }
}
