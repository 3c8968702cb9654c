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
final class PredictionTask: Sendable {
    typealias Answer = Result<Prediction, InferenceError>

    let request: PredictionRequest
    let model: ServedModel
    let ticket: RequestTicket
    let submitted: MonotonicInstant
    /// Whether it takes one of the places of the queue; whoever bounds his requests himself needs none.
    let isLimited: Bool
    let recipient: AnswerRecipient

    init(
        request: PredictionRequest,
        model: ServedModel,
        ticket: RequestTicket,
        submitted: MonotonicInstant,
        isLimited: Bool,
        recipient: AnswerRecipient
    ) {
        self.request = request
        self.model = model
        self.ticket = ticket
        self.submitted = submitted
        self.isLimited = isLimited
        self.recipient = recipient
    }

    /// - Parameter callback: Called once, on a worker's thread.
    convenience init(
        request: PredictionRequest,
        model: ServedModel,
        ticket: RequestTicket,
        submitted: MonotonicInstant,
        isLimited: Bool,
        callback: @escaping @Sendable (Answer) -> Void
    ) {
        self.init(
            request: request,
            model: model,
            ticket: ticket,
            submitted: submitted,
            isLimited: isLimited,
            recipient: .callback(callback)
        )
    }
}

/// Who gets the answer to a request; told once, on a worker's thread.
enum AnswerRecipient: Sendable {
    case callback(@Sendable (PredictionTask.Answer) -> Void)
    /// One of several requests, whose answers are handed over as many at a time as come at once.
    case group(any AnswerGroup, member: Int)
}

/// Requests of one sender.
protocol AnswerGroup: AnyObject, Sendable {
    /// Called on any worker's thread, once for each run of the model that had members of the group.
    func receive(_ answers: [(member: Int, answer: PredictionTask.Answer)])
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
