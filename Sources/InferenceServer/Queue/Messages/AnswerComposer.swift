import NIOCore
import StructuredData

/// Turns predictions and errors into messages.
struct AnswerComposer: Sendable {
    /// The topic or queue for results; `nil` when every message names its own.
    let results: String?
    /// Where messages without a result go; `nil` when complaints go where results go.
    let deadLetters: String?

    static let identityHeader = "pilotlight-id"
    private static let lengthHeader = "inference-header-content-length"

    // MARK: Identity

    /// What a message is called when its body does not say: by its sender, by its place, or by its contents.
    ///
    /// The same each time that the message is handed out, so that whoever reads results can tell a duplicate.
    static func identity(of message: QueueMessage) -> String {
        if let id = message.messageID ?? message.correlationID { return id }
        if let offset = message.offset { return "\(message.source)/\(message.position.lane.number)/\(offset)" }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in message.body.readableBytesView { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\(message.source)/\(String(hash, radix: 16))"
    }

    // MARK: Results

    /// - Parameter time: For a complaint, if it comes to that.
    func result(
        _ prediction: Prediction,
        of message: QueueMessage,
        time: @autoclosure () -> String
    ) -> Outgoing {
        let id = prediction.requestID ?? Self.identity(of: message)
        guard let destination = message.replyTo ?? self.results else {
            let text = "the message names no reply_to, and the consumer has no queue for results"
            return self.complaint(.noDestination, text, about: message, id: id, time: time())
        }
        var result = Self.answer(to: message, at: destination, prediction.body.bytes, id: id)
        result.contentType = "application/json"
        if let jsonLength = prediction.body.jsonLength {
            result.contentType = "application/octet-stream"
            result.headers.append(MessageHeader(Self.lengthHeader, "\(jsonLength)"))
        }
        return Outgoing(origin: message, id: id, stage: .result, message: result)
    }

    /// A message with the headers of the one that it answers, less those that speak of its body.
    private static func answer(
        to message: QueueMessage,
        at destination: String,
        _ body: ByteBuffer,
        id: String
    ) -> OutgoingMessage {
        var answer = OutgoingMessage(destination: destination, body: body)
        answer.headers.reserveCapacity(message.headers.count + 2)
        for header in message.headers
        where !header.isNamed(Self.lengthHeader) && !header.isNamed("content-type") && !header.isOurs {
            answer.headers.append(header)
        }
        answer.headers.append(MessageHeader(Self.identityHeader, id))
        answer.key = message.key
        answer.correlationID = message.correlationID
        answer.messageID = id
        return answer
    }

    // MARK: Complaints

    func complaint(
        _ error: InferenceError,
        about message: QueueMessage,
        time: String
    ) -> Outgoing {
        let reason: ComplaintReason = error.code == .failed ? .predictionFailed : .invalidRequest
        return self.complaint(reason, error.message, about: message, id: Self.identity(of: message), time: time)
    }

    /// With a dead letter the message as it came, and why it went there in its headers; without one the error in the
    /// place of a result.
    func complaint(
        _ reason: ComplaintReason,
        _ error: String,
        about message: QueueMessage,
        id: String,
        time: String
    ) -> Outgoing {
        let replyTo = reason == .resultRefused ? nil : message.replyTo
        guard let destination = self.deadLetters ?? replyTo ?? self.results else {
            preconditionFailure("a consumer has a place for results or for dead letters")
        }
        var complaint: OutgoingMessage
        if self.deadLetters != nil {
            complaint = OutgoingMessage(destination: destination, body: message.body, headers: message.headers)
            complaint.headers.removeAll { $0.isOurs }
            complaint.headers.append(MessageHeader(Self.identityHeader, id))
            complaint.key = message.key
            complaint.contentType = message.contentType
            complaint.messageID = message.messageID ?? id
            complaint.correlationID = message.correlationID
            complaint.replyTo = message.replyTo
        } else {
            complaint = Self.answer(to: message, at: destination, Self.errorBody(error, id: id), id: id)
            complaint.contentType = "application/json"
        }
        complaint.headers += Self.headers(reason, error, of: message, time: time)
        return Outgoing(origin: message, id: id, stage: .complaint, message: complaint, reason: reason)
    }

    /// The next form of an answer that the broker will not take, for a reason in its words.
    func substitute(for refused: Outgoing, because words: String, time: String) -> Outgoing {
        guard refused.stage != .result else {
            let text = "the result was not taken at '\(refused.message.destination)': \(words)"
            return self.complaint(.resultRefused, text, about: refused.origin, id: refused.id, time: time)
        }
        var message = refused.message
        message.headers = message.headers.filter { $0.isOurs }
        message.headers.append(MessageHeader("pilotlight-body-omitted", words))
        message.body = ByteBuffer()
        return Outgoing(origin: refused.origin, id: refused.id, stage: .last, message: message, reason: refused.reason)
    }

    private static func errorBody(_ error: String, id: String) -> ByteBuffer {
        let json: JSONValue = ["error": .string(error), "id": .string(id)]
        return ByteBuffer(bytes: json.jsonBytes())
    }

    private static func headers(
        _ reason: ComplaintReason,
        _ error: String,
        of message: QueueMessage,
        time: String
    ) -> [MessageHeader] {
        var headers = [
            MessageHeader("pilotlight-error", error), MessageHeader("pilotlight-reason", reason.rawValue),
            MessageHeader("pilotlight-source", message.source), MessageHeader("pilotlight-time", time),
        ]
        if let offset = message.offset {
            headers.append(MessageHeader("pilotlight-partition", "\(message.position.lane.number)"))
            headers.append(MessageHeader("pilotlight-offset", "\(offset)"))
        }
        return headers
    }
}
