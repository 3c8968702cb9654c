import NIOCore
import Synchronization
import Telemetry
import Timekeeping

/// Answers requests: at once where that takes no time, on a worker where it does.
///
/// Knows nothing of connections; `ConnectionHandler` brings it whole requests.
final class InferenceService: Sendable {
    private enum Condition {
        case loading
        case serving(ServedModel)
        /// Still answers, and tells who asks that it should be sent nothing more.
        case draining(ServedModel?)
    }

    let modelName: String
    let phases: StartupPhases
    let meters: InferenceMeters
    let pool: InferencePool
    private let condition = Mutex(Condition.loading)
    private let queueConsumer = Mutex<QueueConsumer?>(nil)
    private let readinessWaiters = Mutex<[@Sendable () -> Void]>([])

    init(modelName: String, phases: StartupPhases, meters: InferenceMeters, pool: InferencePool) {
        self.modelName = modelName
        self.phases = phases
        self.meters = meters
        self.pool = pool
    }

    // MARK: Condition

    /// The model, once it is loaded.
    var model: ServedModel? {
        self.condition.withLock { condition in
            switch condition {
            case .loading: nil
            case .serving(let model): model
            case .draining(let model): model
            }
        }
    }

    var isReady: Bool {
        self.condition.withLock { if case .serving = $0 { true } else { false } }
    }

    var isDraining: Bool {
        self.condition.withLock { if case .draining = $0 { true } else { false } }
    }

    func serve(_ model: ServedModel) {
        if !model.backend.interface.hasRows { self.pool.stopBatching() }
        self.condition.withLock { condition in
            condition = if case .draining = condition { .draining(model) } else { .serving(model) }
        }
        self.wakeReadinessWaiters()
    }

    /// What takes messages; `nil` while nothing does.
    var consumer: QueueConsumer? { self.queueConsumer.withLock { $0 } }

    /// Makes a consumer known.
    ///
    /// - Returns: Whether it shall run; not when the server has begun to drain.
    func adopt(_ consumer: QueueConsumer) -> Bool {
        self.queueConsumer.withLock { $0 = consumer }
        return !self.isDraining
    }

    func drain() {
        defer { self.consumer?.stop() }
        self.condition.withLock { condition in
            switch condition {
            case .loading: condition = .draining(nil)
            case .serving(let model): condition = .draining(model)
            case .draining: break
            }
        }
        self.wakeReadinessWaiters()
    }

    /// Calls back once, when the model is loaded or the server drains; at once if that has happened.
    func onceSettled(_ callback: @escaping @Sendable () -> Void) {
        self.readinessWaiters.withLock { $0.append(callback) }
        let isLoading = self.condition.withLock { if case .loading = $0 { true } else { false } }
        if !isLoading { self.wakeReadinessWaiters() }
    }

    private func wakeReadinessWaiters() {
        let waiters = self.readinessWaiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in waiters { waiter() }
    }

    /// Inferences that run or wait.
    var inFlight: Int { self.pool.inFlight }
    /// Inferences that wait for a worker.
    var waiting: Int { self.pool.waiting }

    // MARK: Inference

    /// Hands a prediction to a worker, which calls back with the answer; the callback is not called when this throws.
    func infer(
        _ request: PredictionRequest,
        of reference: ModelReference,
        ticket: RequestTicket,
        _ callback: @escaping @Sendable (Answer) -> Void
    ) throws(InferenceError) {
        let model: ServedModel
        do {
            model = try self.model(reference)
        } catch {
            self.meters.recordFailure(error.code == .unavailable ? .rejected : .other)
            throw error
        }
        let task = PredictionTask(
            request: request,
            model: model,
            ticket: ticket,
            submitted: MonotonicClock.now(),
            isLimited: true
        ) { result in
            switch result {
            case .success(let prediction): callback(Answer(prediction.body))
            case .failure(let error): callback(Answer(error))
            }
        }
        guard self.pool.submit(task) else {
            self.meters.recordFailure(.rejected)
            throw InferenceError(
                .unavailable,
                "Exceeds maximum queue size: \(self.inFlight) requests are in the server."
            )
        }
    }

    /// The model that a request names, if it can answer now.
    func model(_ reference: ModelReference) throws(InferenceError) -> ServedModel {
        guard reference.name == self.modelName else {
            throw InferenceError(.notFound, "Model with name \(reference.name) does not exist.")
        }
        guard let model = self.model else {
            throw InferenceError(.unavailable, "Model with name \(reference.name) is not ready.")
        }
        guard reference.version == nil || reference.version == model.version else {
            throw InferenceError(
                .notFound,
                "Model with name \(reference.name) has no version \(reference.version ?? ""); "
                    + "version \(model.version) is loaded."
            )
        }
        return model
    }
}
