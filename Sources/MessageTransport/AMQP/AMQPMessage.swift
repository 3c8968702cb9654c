/// A value in the headers of a message.
public indirect enum AMQPValue: Sendable, Hashable {
    case text(String)
    case bytes([UInt8])
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    /// Seconds since 1970.
    case timestamp(UInt64)
    case table([AMQPHeader])
    case list([AMQPValue])
    case null

    /// The value as text when it is text, or bytes that are valid UTF-8.
    public var text: String? {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }
}

/// A named value beside a message.
public struct AMQPHeader: Sendable, Hashable {
    public var name: String
    public var value: AMQPValue

    public init(name: String, value: AMQPValue) {
        self.name = name
        self.value = value
    }

    public init(name: String, text: String) {
        self.init(name: name, value: .text(text))
    }
}

/// What a message says of itself; each is absent unless the sender set it.
public struct AMQPProperties: Sendable, Hashable {
    public var contentType: String?
    public var contentEncoding: String?
    public var correlationID: String?
    /// The queue that wants the answer.
    public var replyTo: String?
    public var messageID: String?
    public var type: String?
    public var applicationID: String?
    public var userID: String?
    /// Milliseconds, as text, after which the broker drops the message.
    public var expiration: String?
    /// Seconds since 1970.
    public var timestamp: UInt64?
    public var priority: UInt8?
    /// Whether the message survives a restart of the broker, in a durable queue.
    public var isPersistent: Bool
    public var headers: [AMQPHeader]

    public init(
        contentType: String? = nil,
        contentEncoding: String? = nil,
        correlationID: String? = nil,
        replyTo: String? = nil,
        messageID: String? = nil,
        type: String? = nil,
        applicationID: String? = nil,
        userID: String? = nil,
        expiration: String? = nil,
        timestamp: UInt64? = nil,
        priority: UInt8? = nil,
        isPersistent: Bool = true,
        headers: [AMQPHeader] = []
    ) {
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.correlationID = correlationID
        self.replyTo = replyTo
        self.messageID = messageID
        self.type = type
        self.applicationID = applicationID
        self.userID = userID
        self.expiration = expiration
        self.timestamp = timestamp
        self.priority = priority
        self.isPersistent = isPersistent
        self.headers = headers
    }

    /// The first header of a name.
    public func header(_ name: String) -> AMQPValue? {
        self.headers.first { $0.name == name }?.value
    }
}

/// A message that the broker handed to this client, which owes it an answer.
public struct AMQPDelivery: Sendable, Hashable {
    /// Names the delivery on its channel, for `acknowledge` and `reject`.
    public var tag: UInt64
    /// Whether it was delivered before and not acknowledged.
    public var isRedelivered: Bool
    public var exchange: String
    public var routingKey: String
    public var properties: AMQPProperties
    public var body: [UInt8]

    public init(
        tag: UInt64,
        isRedelivered: Bool = false,
        exchange: String = "",
        routingKey: String = "",
        properties: AMQPProperties = AMQPProperties(),
        body: [UInt8]
    ) {
        self.tag = tag
        self.isRedelivered = isRedelivered
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
    }
}

/// A message to publish.
public struct AMQPPublication: Sendable, Hashable {
    /// Empty for the default exchange, where the routing key names a queue.
    public var exchange: String
    public var routingKey: String
    public var properties: AMQPProperties
    public var body: [UInt8]
    /// Whether a message that no queue takes counts as not published.
    public var isMandatory: Bool

    public init(
        exchange: String = "",
        routingKey: String,
        properties: AMQPProperties = AMQPProperties(),
        body: [UInt8],
        isMandatory: Bool = true
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.properties = properties
        self.body = body
        self.isMandatory = isMandatory
    }
}

/// What a broker says of a queue.
public struct AMQPQueueStatus: Sendable, Hashable {
    /// Messages ready to be delivered; those that a consumer holds unacknowledged are not among them.
    public var readyMessages: Int
    public var consumers: Int

    public init(readyMessages: Int, consumers: Int) {
        self.readyMessages = readyMessages
        self.consumers = consumers
    }
}
