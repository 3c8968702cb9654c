import NIOCore
import Synchronization
import Timekeeping

/// A prediction request as it came.
struct PredictionRequest: Sendable {
    enum Form: Sendable {
        case v1
        /// With the bytes of JSON in front of binary tensors, if there are any.
        case v2(headerLength: Int?)
        /// Whichever protocol's JSON the body turns out to be.
        case anyJSON
    }

    let form: Form
    let body: ByteBuffer
    /// The name that the answer carries when the request has none of its own; `nil` for a random one.
    var substituteID: String?
}

/// A request on its way to a worker, and who waits for it.
struct PredictionTask: Sendable {
    let request: PredictionRequest
    let model: ServedModel
    let ticket: RequestTicket
    let submitted: MonotonicInstant
    /// Whether it takes one of the places of the queue; whoever bounds his requests himself needs none.
    let isLimited: Bool
    /// Called once, on a worker's thread.
    let callback: @Sendable (Result<Prediction, InferenceError>) -> Void
}

/// The answer to a prediction request.
struct Prediction: Sendable {
    let body: AnswerBody
    /// What the request called itself; `nil` when it did not.
    let requestID: String?
}

/// Tells a worker that nobody waits for the answer any more.
final class RequestTicket: Sendable {
    private let abandoned = Atomic<Bool>(false)

    var isAbandoned: Bool { self.abandoned.load(ordering: .relaxed) }

    func abandon() { self.abandoned.store(true, ordering: .relaxed) }
}
