import NIOCore
import Telemetry
import Timekeeping

/// A request that has been read, on the worker that will answer it.
final class PreparedPrediction {
    private enum Form { case v1, v2 }

    let task: PredictionTask
    let request: InferenceRequest
    /// What it can be run together with; `nil` for one that is run by itself.
    let key: BatchKey?
    /// Length of the first dimension of the first input: what batches are counted by.
    let rows: Int
    private let form: Form
    private let prepared: MonotonicInstant
    private let durations: InferenceMeters.Durations

    init(_ task: PredictionTask) throws(InferenceError) {
        let started = MonotonicClock.now()
        let interface = task.model.backend.interface
        let (form, request) = try Self.read(task)
        self.task = task
        self.form = form
        self.request = request
        let batch = BatchKey.of(request, interface: interface)
        self.key = batch?.key
        self.rows = batch?.rows ?? request.inputs.first?.shape.first ?? 1
        self.prepared = MonotonicClock.now()
        self.durations = InferenceMeters.Durations(
            queue: started.seconds(since: task.submitted),
            preprocess: self.prepared.seconds(since: started)
        )
    }

    private static func read(_ task: PredictionTask) throws(InferenceError) -> (Form, InferenceRequest) {
        let interface = task.model.backend.interface
        let outputs = task.model.predictionOutputs
        typealias Reading = Result<(Form, InferenceRequest), InferenceError>
        let result: Reading = task.request.body.withUnsafeReadableBytes { bytes in
            let bytes = bytes.assumingMemoryBound(to: UInt8.self)
            return Result { () throws(InferenceError) -> (Form, InferenceRequest) in
                switch (task.request.form, task.request.form.detected(in: bytes)) {
                case (.v2(let headerLength), _):
                    return (.v2, try V2RequestReader(interface: interface).read(bytes, headerLength: headerLength))
                case (_, .v2): return (.v2, try V2RequestReader(interface: interface).read(bytes))
                case (_, .v1):
                    let wanted = outputs.map { WantedOutput(index: $0) }
                    return (.v1, try V1RequestReader(interface: interface, outputs: wanted).read(bytes))
                }
            }
        }
        return try result.get()
    }

    /// Writes the answer, and hands it over.
    ///
    /// - Parameters:
    ///   - tensors: One for each wanted output.
    ///   - started: When the model was begun to run.
    /// - Returns: How long everything took, or `nil` when the answer could not be written.
    func answer(
        _ tensors: [Tensor],
        started: MonotonicInstant,
        finished: MonotonicInstant
    ) throws(InferenceError) -> (Prediction, InferenceMeters.Durations) {
        let written = MonotonicClock.now()
        let body = try self.write(tensors)
        var durations = self.durations
        durations.queue += started.seconds(since: self.prepared)
        durations.predict = finished.seconds(since: started)
        durations.postprocess = MonotonicClock.now().seconds(since: written)
        return (Prediction(body: body, requestID: self.request.id), durations)
    }

    private func write(_ tensors: [Tensor]) throws(InferenceError) -> AnswerBody {
        let model = self.task.model
        switch self.form {
        case .v1:
            return try V1ResponseWriter(interface: model.backend.interface)
                .write(tensors, wanted: self.request.outputs)
        case .v2:
            let writer = V2ResponseWriter(
                modelName: model.name,
                modelVersion: model.version,
                interface: model.backend.interface
            )
            let id = self.request.id ?? self.task.request.substituteID ?? RequestID.random()
            return try writer.write(tensors, wanted: self.request.outputs, id: id)
        }
    }
}

extension PredictionRequest.Form {
    /// Which of the protocols the body is in.
    fileprivate func detected(in body: UnsafeBufferPointer<UInt8>) -> ProtocolDetection.Version {
        switch self {
        case .v1: .v1
        case .v2: .v2
        case .anyJSON: ProtocolDetection.version(of: body)
        }
    }
}
