public import StructuredData

/// Queues of a RabbitMQ broker that a predictor works on.
public struct RabbitMQQueueSpec: Sendable, Equatable {
    /// `amqp://user:password@broker:5672/vhost`, or `amqps://`; `nil` when `authenticationRef` holds it as `host`.
    public var uri: String?
    public var queue: String
    /// `nil` when nobody wants the results but those whom messages name in `reply_to`.
    public var resultQueue: String?
    /// Where messages go that cannot be worked on; `nil`: their errors go where their results would have gone.
    public var deadLetterQueue: String?
    /// `nil` for the one in `uri`.
    public var vhostName: String?
    public var tls: QueueTLS
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
        self.vhostName = nil
        self.tls = QueueTLS()
        self.authenticationRef = authenticationRef
    }

    init(reading reader: FieldReader) {
        self.uri = reader.string("uri")
        self.queue = reader.requiredString("queue")
        self.resultQueue = reader.string("resultQueue")
        self.deadLetterQueue = reader.string("deadLetterQueue")
        self.vhostName = reader.string("vhostName")
        self.tls = QueueTLS(reading: reader)
        self.authenticationRef = reader.child("authenticationRef").map(AuthenticationReference.init(reading:))
        if let uri, !uri.hasPrefix("amqp://"), !uri.hasPrefix("amqps://") {
            // Without the address itself: it may hold a password.
            reader.report("must begin with 'amqp://' or 'amqps://'", at: "uri")
        }
        if !reader.has("uri"), self.authenticationRef == nil {
            reader.report("is required, unless 'authenticationRef' holds it", at: "uri")
        }
        if self.resultQueue == nil, self.deadLetterQueue == nil {
            reader.report("needs a 'resultQueue', or a 'deadLetterQueue' where every message names its own 'reply_to'")
        }
        for (key, other) in [("resultQueue", self.resultQueue), ("deadLetterQueue", self.deadLetterQueue)] {
            guard let other, other == self.queue, !other.isEmpty else { continue }
            reader.report("is '\(other)', which the predictor reads from: it would work on its own output", at: key)
        }
        reader.refuseUnknownMembers()
    }

    public var json: JSONValue {
        .object(
            ofPresent: [
                ("uri", self.uri.map { .string($0) }), ("queue", .string(self.queue)),
                ("resultQueue", self.resultQueue.map { .string($0) }),
                ("deadLetterQueue", self.deadLetterQueue.map { .string($0) }),
                ("vhostName", self.vhostName.map { .string($0) }),
            ] + self.tls.members + [("authenticationRef", self.authenticationRef.map(\.json))]
        )
    }
}

extension RabbitMQQueueSpec {
    /// The metadata of a trigger that follows the queue.
    func triggerMetadata(target: Int, activationTarget: Int) -> [String: String] {
        var metadata = [
            "protocol": "amqp", "queueName": self.queue, "mode": "QueueLength", "value": "\(target)",
            "activationValue": "\(activationTarget)",
        ]
        metadata["host"] = self.uri
        metadata["vhostName"] = self.vhostName
        if self.tls.isOn { metadata["tls"] = "enable" }
        if self.tls.isUnsafe { metadata["unsafeSsl"] = "true" }
        return metadata
    }
}
