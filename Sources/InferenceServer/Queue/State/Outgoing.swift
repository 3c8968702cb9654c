/// An answer on its way, and the message that it answers.
///
/// A class, because it goes through several hands and has much to copy.
final class Outgoing: Sendable {
    /// The forms that an answer takes, one after another as the broker refuses them.
    enum Stage: Sendable, Equatable {
        case result
        /// Says why there is no result.
        case complaint
        /// A complaint without anything that might be too large.
        case last
    }

    let origin: QueueMessage
    /// The name that every answer to the message carries.
    let id: String
    let stage: Stage
    let message: OutgoingMessage
    /// Why there is no result; `nil` with one.
    let reason: ComplaintReason?

    init(
        origin: QueueMessage,
        id: String,
        stage: Stage,
        message: OutgoingMessage,
        reason: ComplaintReason? = nil
    ) {
        self.origin = origin
        self.id = id
        self.stage = stage
        self.message = message
        self.reason = reason
    }
}

/// Why a message has no result.
enum ComplaintReason: String, Sendable, CaseIterable {
    /// It cannot be read, or is not what the model takes.
    case invalidRequest = "invalid-request"
    case predictionFailed = "prediction-failed"
    /// The broker did not take the result.
    case resultRefused = "result-refused"
    /// It names no queue for the answer, and the consumer has none.
    case noDestination = "no-destination"
    /// Whoever took it before did not live to answer.
    case deliveredTooOften = "delivered-too-often"
}
