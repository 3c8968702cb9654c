import Logging
import Synchronization
import Telemetry
import Timekeeping

/// Answers requests on worker threads: reads them, runs together what can be, and divides what comes out.
final class BatchRunner: Sendable {
    let options: BatchingOptions
    private let meters: InferenceMeters
    private let log: Logger
    private let verdict = Mutex(BatchVerdict())

    init(options: BatchingOptions, meters: InferenceMeters, log: Logger) {
        self.options = options
        self.meters = meters
        self.log = log
    }

    /// Whether the model is known not to take batches.
    var isRefused: Bool { self.verdict.withLock { $0.isRefused } }

    /// Answers tasks.
    ///
    /// - Parameter more: Given the number of rows so far, waits for further tasks; `nil` when it is time to run.
    func work(on tasks: [PredictionTask], more: (Int) -> [PredictionTask]?) {
        let answers = AnswerDesk()
        var prepared: [PreparedPrediction] = []
        var rows = 0
        var next: [PredictionTask]? = tasks
        while let tasks = next {
            for task in tasks {
                guard let prediction = self.prepare(task, answers) else { continue }
                prepared.append(prediction)
                rows += prediction.rows
            }
            // What cannot be read is told before the model runs.
            answers.handOver()
            next = more(rows)
        }
        let isOn = self.options.isOn && !self.isRefused
        let candidates = prepared.map { BatchPlan.Candidate(key: isOn ? $0.key : nil, rows: $0.rows) }
        for run in BatchPlan.runs(of: candidates, maximumRows: self.options.maximumRows) {
            self.answer(run.map { prepared[$0] }, answers)
            answers.handOver()
        }
    }

    private func prepare(_ task: PredictionTask, _ answers: AnswerDesk) -> PreparedPrediction? {
        guard !task.ticket.isAbandoned else {
            self.meters.recordFailure(.canceled)
            let message = "The client closed the connection before the model was free."
            answers.put(.failure(InferenceError(.unavailable, message)), to: task)
            return nil
        }
        do {
            return try PreparedPrediction(task)
        } catch {
            self.fail(task, error, answers)
            return nil
        }
    }

    private func fail(_ task: PredictionTask, _ error: InferenceError, _ answers: AnswerDesk) {
        self.meters.recordFailure(error.code == .failed ? .backend : .other)
        answers.put(.failure(error), to: task)
    }

    // MARK: Running

    private func answer(_ requests: [PreparedPrediction], _ answers: AnswerDesk) {
        guard requests.count > 1 else {
            for request in requests { self.answerAlone(request, answers) }
            return
        }
        switch self.verdict.withLock({ $0.standing }) {
        case .allowed: self.answerTogether(requests, answers)
        case .onTrial: self.tryTogether(requests, answers)
        case .refused: for request in requests { self.answerAlone(request, answers) }
        }
    }

    /// - Returns: What came out.
    @discardableResult
    private func answerAlone(_ request: PreparedPrediction, _ answers: AnswerDesk) -> [Tensor]? {
        let started = MonotonicClock.now()
        do {
            let outputs = try request.task.model.backend.run(
                request.request.inputs,
                outputs: request.request.outputs.map(\.index)
            )
            self.meters.recordRun(rows: request.rows, requests: 1)
            self.finish(request, outputs, started: started, finished: MonotonicClock.now(), answers)
            return outputs
        } catch {
            self.fail(request.task, error, answers)
            return nil
        }
    }

    private func answerTogether(_ requests: [PreparedPrediction], _ answers: AnswerDesk) {
        let started = MonotonicClock.now()
        guard let parts = self.runTogether(requests) else {
            // One bad request must not fail the others.
            for request in requests { self.answerAlone(request, answers) }
            return
        }
        let finished = MonotonicClock.now()
        for (request, part) in zip(requests, parts) {
            self.finish(request, part, started: started, finished: finished, answers)
        }
    }

    /// Answers one by one, and compares with what comes out of a batch.
    private func tryTogether(_ requests: [PreparedPrediction], _ answers: AnswerDesk) {
        let alone = requests.map { self.answerAlone($0, answers) }
        guard alone.allSatisfy({ $0 != nil }), let parts = self.runTogether(requests) else { return }
        let interface = requests[0].task.model.backend.interface
        let names = requests[0].request.outputs.map { interface.outputs[$0.index].name }
        let results = zip(parts, alone).map { BatchTrial.compare($0, $1 ?? [], names: names) }
        let worst = results.reduce(BatchTrial.identical) { $0.worse($1) }
        self.tell(self.verdict.withLock { $0.compared(worst, allowsRounding: self.options.allowsRounding) })
    }

    /// What comes out for each of the requests, or `nil` when they cannot be run together.
    private func runTogether(_ requests: [PreparedPrediction]) -> [[Tensor]]? {
        let backend = requests[0].task.model.backend
        let inputs = backend.interface.inputs.indices.map { index in
            Tensor.joining(requests.map { $0.request.inputs[index] })
        }
        let wanted = requests[0].request.outputs.map(\.index)
        let rows = requests.reduce(0) { $0 + $1.rows }
        guard let outputs = try? backend.run(inputs, outputs: wanted) else {
            self.meters.recordFailedBatch()
            return nil
        }
        for (output, index) in zip(outputs, wanted) where output.shape.first != rows {
            let name = backend.interface.outputs[index].name
            let reason = "output '\(name)' has shape \(output.shape) for \(rows) rows of input"
            self.tell(self.verdict.withLock { $0.refuse(reason) })
            return nil
        }
        self.meters.recordRun(rows: rows, requests: requests.count)
        var start = 0
        return requests.map { request in
            let range = start..<(start + request.rows)
            start = range.upperBound
            return outputs.map { $0.rows(range) }
        }
    }

    private func finish(
        _ request: PreparedPrediction,
        _ outputs: [Tensor],
        started: MonotonicInstant,
        finished: MonotonicInstant,
        _ answers: AnswerDesk
    ) {
        do {
            let (prediction, durations) = try request.answer(outputs, started: started, finished: finished)
            self.meters.recordSuccess(durations, rows: request.rows)
            answers.put(.success(prediction), to: request.task)
        } catch {
            self.fail(request.task, error, answers)
        }
    }

    private func tell(_ reason: String?) {
        guard let reason else { return }
        self.log.warning("requests are run one by one", metadata: [LogKey.reason: "\(reason)"])
    }
}
