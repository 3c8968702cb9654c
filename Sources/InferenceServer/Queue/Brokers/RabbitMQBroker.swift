public import Logging
public import MessageTransport

/// A queue of RabbitMQ as a source, and other queues as places for results.
///
/// Queues that do not exist are made, durable: whoever starts first need not be the one who knows how.
public struct RabbitMQBroker: MessageBroker {
    public let settings: AMQPSettings
    public let queue: String
    /// Further queues that must exist.
    public let results: [String]
    /// Messages that may be held here unacknowledged.
    public let prefetch: UInt16
    private let log: Logger

    public init(settings: AMQPSettings, queue: String, results: [String], prefetch: Int, log: Logger) {
        self.settings = settings
        self.queue = queue
        self.results = results
        self.prefetch = UInt16(clamping: prefetch)
        self.log = log
    }

    public var subject: String { "queue '\(self.queue)' of RabbitMQ at \(self.settings.host):\(self.settings.port)" }
    public var acknowledgementInterval: Duration { .zero }

    public func makeSource(holder: any LaneHolder) throws(MessagingError) -> any MessageSource {
        // What is wrong with the settings shows itself here, and not in a loop.
        _ = try AMQPConnection(self.settings, logger: self.log)
        return RabbitMQSource(
            link: RabbitMQLink(settings: self.settings, queues: [self.queue], log: self.log),
            queue: self.queue,
            prefetch: self.prefetch,
            holder: holder
        )
    }

    public func makeSink() throws(MessagingError) -> any ResultSink {
        RabbitMQSink(
            link: RabbitMQLink(settings: self.settings, queues: self.results, log: self.log),
            ownQueues: Set(self.results)
        )
    }
}
