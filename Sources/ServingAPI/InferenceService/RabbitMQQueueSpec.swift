public import StructuredData

/// Queues of a RabbitMQ broker that a predictor works on.
public struct RabbitMQQueueSpec: Sendable, Equatable {
    /// `amqp://user:password@broker:5672/vhost`, or `amqps://`; `nil` when `authenticationRef` holds it as `host`.
    public var uri: String?
    public var queue: String
    /// `nil` when nobody wants the results but those whom messages name in `reply_to`.
    public var resultQueue: String?
    /// Where messages go that cannot be worked on; `nil`: they are rejected, for the broker's own dead letter exchange.
    public var deadLetterQueue: String?
    /// Holds `host`, or `username` and `password`, as a trigger of type `rabbitmq` names them.
    public var authenticationRef: AuthenticationReference?

    public init(
        uri: String?,
        queue: String,
        resultQueue: String? = nil,
        deadLetterQueue: String? = nil,
        authenticationRef: AuthenticationReference? = nil
    ) {
        self.uri = uri
        self.queue = queue
        self.resultQueue = resultQueue
        self.deadLetterQueue = deadLetterQueue
        self.authenticationRef = authenticationRef
    }

    init(reading reader: FieldReader) {
        self.uri = reader.string("uri")
        self.queue = reader.requiredString("queue")
        self.resultQueue = reader.string("resultQueue")
        self.deadLetterQueue = reader.string("deadLetterQueue")
        self.authenticationRef = reader.child("authenticationRef").map(AuthenticationReference.init(reading:))
        if let uri, !uri.hasPrefix("amqp://"), !uri.hasPrefix("amqps://") {
            // Without the address itself: it may hold a password.
            reader.report("must begin with 'amqp://' or 'amqps://'", at: "uri")
        }
        if !reader.has("uri"), self.authenticationRef == nil {
            reader.report("is required, unless 'authenticationRef' holds it", at: "uri")
        }
        for (key, other) in [("resultQueue", self.resultQueue), ("deadLetterQueue", self.deadLetterQueue)] {
            guard let other, other == self.queue, !other.isEmpty else { continue }
            reader.report("is '\(other)', which the predictor reads from: it would work on its own output", at: key)
        }
        reader.refuseUnknownMembers()
    }

    public var json: JSONValue {
        .object(ofPresent: [
            ("uri", self.uri.map { .string($0) }), ("queue", .string(self.queue)),
            ("resultQueue", self.resultQueue.map { .string($0) }),
            ("deadLetterQueue", self.deadLetterQueue.map { .string($0) }),
            ("authenticationRef", self.authenticationRef.map(\.json)),
        ])
    }
}
