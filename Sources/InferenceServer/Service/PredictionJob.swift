import NIOCore
import Telemetry
import Timekeeping

/// A prediction request as it came.
struct PredictionRequest: Sendable {
    enum Form: Sendable {
        case v1
        /// With the bytes of JSON in front of binary tensors, if there are any.
        case v2(headerLength: Int?)
    }

    let form: Form
    let reference: ModelReference
    let body: ByteBuffer
}

/// Reads a request, runs the model and writes the answer, on a worker thread.
struct PredictionJob {
    let model: ServedModel
    let submitted: MonotonicInstant
    private(set) var durations = InferenceMeters.Durations()
    /// Length of the first dimension of the first input: what the batch is counted by.
    private(set) var rows = 0

    init(model: ServedModel, submitted: MonotonicInstant) {
        self.model = model
        self.submitted = submitted
    }

    mutating func perform(_ request: PredictionRequest) throws(InferenceError) -> Answer {
        let started = MonotonicClock.now()
        let read = try self.read(request)
        self.rows = read.inputs.first?.shape.first ?? 1
        let prepared = MonotonicClock.now()
        let tensors = try self.model.backend.run(read.inputs, outputs: read.outputs.map(\.index))
        let predicted = MonotonicClock.now()
        let body = try self.write(tensors, read, request.form)
        let written = MonotonicClock.now()

        self.durations.queue = started.seconds(since: self.submitted)
        self.durations.preprocess = prepared.seconds(since: started)
        self.durations.predict = predicted.seconds(since: prepared)
        self.durations.postprocess = written.seconds(since: predicted)
        return Answer(body)
    }

    private func read(_ request: PredictionRequest) throws(InferenceError) -> InferenceRequest {
        let interface = self.model.backend.interface
        let outputs = self.model.predictionOutputs
        let result: Result<InferenceRequest, InferenceError> = request.body.withUnsafeReadableBytes { bytes in
            let bytes = bytes.assumingMemoryBound(to: UInt8.self)
            return Result { () throws(InferenceError) -> InferenceRequest in
                switch request.form {
                case .v1:
                    let wanted = outputs.map { WantedOutput(index: $0) }
                    return try V1RequestReader(interface: interface, outputs: wanted).read(bytes)
                case .v2(let headerLength):
                    return try V2RequestReader(interface: interface).read(bytes, headerLength: headerLength)
                }
            }
        }
        return try result.get()
    }

    private func write(
        _ tensors: [Tensor],
        _ request: InferenceRequest,
        _ form: PredictionRequest.Form
    ) throws(InferenceError) -> AnswerBody {
        switch form {
        case .v1:
            try V1ResponseWriter(interface: self.model.backend.interface).write(tensors, wanted: request.outputs)
        case .v2:
            try V2ResponseWriter(
                modelName: self.model.name,
                modelVersion: self.model.version,
                interface: self.model.backend.interface
            ).write(tensors, wanted: request.outputs, id: request.id ?? RequestID.random())
        }
    }
}

/// Names for requests that came without one.
enum RequestID {
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// A random UUID, version 4.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = generator.next() & ~0xF000 | 0x4000
        let low = generator.next() & ~(3 << 62) | 2 << 62
        return String(unsafeUninitializedCapacity: 36) { target in
            var position = 0
            for nibble in 0..<32 {
                if [8, 12, 16, 20].contains(nibble) {
                    target[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                target[position] =
                    Self.hexadecimal[Int(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble % 16))) & 0xF]
                position += 1
            }
            return position
        }
    }
}
