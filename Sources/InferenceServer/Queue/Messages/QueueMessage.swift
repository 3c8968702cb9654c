public import NIOCore
public import Timekeeping

/// A message as it was taken.
public struct QueueMessage: Sendable {
    public let position: MessagePosition
    public let body: ByteBuffer
    /// Kafka's key, which decides the partition of whatever carries it.
    public var key: [UInt8]?
    public var headers: [MessageHeader] = []
    public var contentType: String?
    /// What its sender calls it.
    public var messageID: String?
    /// What the sender knows the answer by.
    public var correlationID: String?
    /// The queue that the sender wants the answer in.
    public var replyTo: String?
    /// How often it was handed out before; 0 where the broker does not count.
    public var earlierDeliveries = 0
    /// The topic or queue that it was taken from.
    public let source: String
    /// Its place in a Kafka topic; `nil` with RabbitMQ, whose queues have none.
    public var offset: Int64?

    /// When it was taken.
    public let taken: MonotonicInstant

    public init(position: MessagePosition, body: ByteBuffer, source: String, taken: MonotonicInstant) {
        self.position = position
        self.body = body
        self.source = source
        self.taken = taken
    }

    /// The value of a header, the last one if there are several; `name` in small letters.
    func header(_ name: String) -> String? {
        self.headers.last { $0.isNamed(name) }?.text
    }
}
