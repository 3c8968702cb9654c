import Synchronization

/// A model that is being loaded, on a thread of its own.
///
/// Begin it before anything else: it takes longer than all the rest of a start together.
public final class ModelLoad: Sendable {
    private typealias Outcome = Result<ServedModel, ModelLoadError>

    private enum State {
        case running
        case awaited(CheckedContinuation<Outcome, Never>)
        case done(Outcome)
    }

    private let state = Mutex(State.running)

    let phases: StartupPhases

    /// Begins to load.
    public init(_ loader: any ModelLoading, phases: StartupPhases) {
        self.phases = phases
        BackgroundThread.run {
            self.finish(Result { () throws(ModelLoadError) -> ServedModel in try loader.load(phases) })
        }
    }

    /// The model, once it is there; for one caller.
    ///
    /// When the task is cancelled, the load goes on, for nothing stops it, but is not waited for.
    func model() async throws -> ServedModel {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let done = self.state.withLock { state -> Outcome? in
                    if case .done(let outcome) = state { return outcome }
                    state = .awaited(continuation)
                    return nil
                }
                if let done { continuation.resume(returning: done) }
            }
        } onCancel: {
            self.finish(.failure(ModelLoadError("load the model", detail: "the server was stopped meanwhile")))
        }
        return try outcome.get()
    }

    private func finish(_ outcome: Outcome) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            if case .done = state { return nil }
            defer { state = .done(outcome) }
            if case .awaited(let continuation) = state { return continuation }
            return nil
        }
        waiter?.resume(returning: outcome)
    }
}
