import Logging
import MessageTransport
import StructuredData

/// `queue.rabbitmq`: queues to read from and to write to.
struct RabbitMQQueueConfiguration: Sendable, Equatable {
    let queue: String
    /// `nil` when every message names its own in `reply_to`.
    let resultQueue: String?
    let deadLetterQueue: String?
    /// `nil` when there is no address that can be used.
    let address: AMQPSettings?

    init(reading reader: FieldReader, credentials: QueueCredentials) {
        self.queue = reader.requiredString("queue")
        self.resultQueue = reader.string("resultQueue")
        self.deadLetterQueue = reader.string("deadLetterQueue")
        self.address = Self.address(reader, credentials)
        reader.pass(["authenticationRef", "secretRef"])
        reader.refuseUnknownMembers()
        if self.resultQueue == nil, self.deadLetterQueue == nil {
            reader.report("needs a resultQueue, or a deadLetterQueue where every message names its own reply_to")
        }
        for (key, name) in [("resultQueue", self.resultQueue), ("deadLetterQueue", self.deadLetterQueue)]
        where name != nil && name == self.queue {
            reader.report("'\(self.queue)' is the queue that is read from: the consumer would feed itself", at: key)
        }
    }

    private static func address(_ reader: FieldReader, _ credentials: QueueCredentials) -> AMQPSettings? {
        let written = reader.string("uri")
        let virtualHost = reader.string("vhostName")
        let isSkipped = reader.bool("unsafeSsl") ?? false
        let tls = TLSSwitch.read("tls", from: reader)
        guard let uri = credentials.uri?.value ?? written else {
            reader.report(
                "is missing; it is like amqp://broker:5672/vhost, or comes from PILOTLIGHT_QUEUE_URI",
                at: "uri"
            )
            return nil
        }
        var settings: AMQPSettings
        do throws(MessagingError) {
            settings = try AMQPSettings(uri: uri)
        } catch {
            reader.report(error.description, at: "uri")
            return nil
        }
        if let virtualHost { settings.virtualHost = virtualHost }
        if let username = credentials.username { settings.username = username }
        if let password = credentials.password { settings.password = password }
        if tls ?? (settings.tls != nil) {
            settings.tls = credentials.tls
            settings.tls?.verifiesServer = !isSkipped
            if let problem = credentials.tls.problem { reader.report(problem, at: "tls") }
        }
        return settings
    }

    func broker(prefetch: Int, log: Logger) throws -> RabbitMQBroker {
        guard let address else { throw MessagingError(.invalidSettings, "there is no address of the broker") }
        return RabbitMQBroker(
            settings: address,
            queue: self.queue,
            results: [self.resultQueue, self.deadLetterQueue].compactMap(\.self),
            prefetch: prefetch,
            log: log
        )
    }
}
