public import Logging
public import MessageTransport

/// A topic of Kafka as a source, and other topics as places for results.
public struct KafkaBroker: MessageBroker {
    public let cluster: KafkaSettings
    public let topic: String
    public let group: String
    /// Where a group begins that has acknowledged nothing.
    public let start: KafkaConsumerSettings.Start
    /// How long a replica may be silent before its partitions go to others: how long a killed one holds them.
    public let sessionTimeout: Duration
    private let log: Logger

    public init(
        cluster: KafkaSettings,
        topic: String,
        group: String,
        start: KafkaConsumerSettings.Start = .earliest,
        sessionTimeout: Duration = .seconds(10),
        log: Logger
    ) {
        self.cluster = cluster
        self.topic = topic
        self.group = group
        self.start = start
        self.sessionTimeout = sessionTimeout
        self.log = log
    }

    public var subject: String {
        "topic '\(self.topic)' of Kafka at \(self.cluster.bootstrapServers.joined(separator: ","))"
    }

    /// A commit is a round trip, and all partitions go in one.
    public var acknowledgementInterval: Duration { .milliseconds(50) }

    public func makeSource(holder: any LaneHolder) throws(MessagingError) -> any MessageSource {
        let settings = KafkaConsumerSettings(
            cluster: self.cluster,
            group: self.group,
            start: self.start,
            // The cooperative assignor of librdkafka 2.0, which Debian 12 has, aborts the process when a group moves
            // at the wrong moment: its state is asserted to be there and is not.
            assignment: .eager,
            sessionTimeout: self.sessionTimeout
        )
        let lanes = KafkaLanes(topic: self.topic, holder: holder)
        let consumer = try KafkaConsumer(settings, logger: self.log) { lanes.changed($0) }
        return KafkaSource(consumer: consumer, topic: self.topic, lanes: lanes)
    }

    public func makeSink() throws(MessagingError) -> any ResultSink {
        KafkaSink(producer: try KafkaProducer(KafkaSink.settings(self.cluster), logger: self.log))
    }
}
