public import NIOCore

/// A message to be published.
public struct OutgoingMessage: Sendable, Equatable {
    /// The topic, or the queue.
    public var destination: String
    public var body: ByteBuffer
    public var key: [UInt8]?
    public var headers: [MessageHeader]
    public var contentType: String?
    public var messageID: String?
    public var correlationID: String?
    public var replyTo: String?

    public init(destination: String, body: ByteBuffer, headers: [MessageHeader] = []) {
        self.destination = destination
        self.body = body
        self.headers = headers
    }
}

/// What became of a message that was to be published.
public enum PublishOutcome: Sendable, Equatable {
    /// The broker says that it is safe.
    case confirmed
    /// It will never be taken as it is: too large, or nobody receives what goes there.
    case refused(String)
    /// Nobody knows, or not now: it has to be published again.
    case failed(String)
}

extension PublishOutcome {
    /// Why it has to be published again; `nil` when it has not.
    var failure: String? {
        guard case .failed(let reason) = self else { return nil }
        return reason
    }
}
