public import Logging
import MessageTransport
public import StructuredData

/// The `queue` block of an InferenceService, as the server is told it.
///
/// ```json
/// {"kafka": {"bootstrapServers": "kafka:9092", "topic": "requests", "consumerGroup": "scorer",
///            "resultTopic": "results", "deadLetterTopic": "failed"}, "maxBatch": 64}
/// ```
public struct QueueConfiguration: Sendable, Equatable {
    enum Broker: Sendable, Equatable {
        case kafka(KafkaQueueConfiguration)
        case rabbitMQ(RabbitMQQueueConfiguration)
    }

    let broker: Broker
    /// Messages that are predicted together.
    public let maximumBatch: Int
    let gatheringMilliseconds: Double

    static let defaultMaximumBatch = 32

    /// - Parameters:
    ///   - json: The block.
    ///   - environment: Where credentials come from: `PILOTLIGHT_QUEUE_USERNAME` and its like.
    /// - Throws: Everything that is wrong with it.
    public init(json: JSONValue, environment: (String) -> String?) throws(ProblemList) {
        let reader = FieldReader(json)
        let credentials = QueueCredentials(environment: environment)
        let kafka = reader.child("kafka").map { KafkaQueueConfiguration(reading: $0, credentials: credentials) }
        let rabbit = reader.child("rabbitmq").map { RabbitMQQueueConfiguration(reading: $0, credentials: credentials) }
        self.maximumBatch = reader.int("maxBatch", in: 1...65_536) ?? Self.defaultMaximumBatch
        let delays = ["maxBatchDelay", "maxBatchDelayMilliseconds"].compactMap { reader.number($0, in: 0...60_000) }
        self.gatheringMilliseconds = delays.first ?? 5
        // What scaling needs to know of the queue, and the server does not.
        reader.pass(["target", "activationTarget", "authenticationRef"])
        reader.refuseUnknownMembers()
        if (kafka == nil) == (rabbit == nil) { reader.report("name one broker: 'kafka' or 'rabbitmq'") }
        try reader.finish()
        guard let broker = kafka.map(Broker.kafka) ?? rabbit.map(Broker.rabbitMQ) else {
            throw ProblemList([Problem(path: "", message: "name one broker: 'kafka' or 'rabbitmq'")])
        }
        self.broker = broker
    }

    /// - Throws: What the broker's client will not have.
    public func settings(log: Logger) throws -> QueueSettings {
        let (broker, results, deadLetters) = try self.parts(log: log)
        return QueueSettings(
            broker: broker,
            results: results,
            deadLetters: deadLetters,
            maximumBatch: self.maximumBatch,
            gathering: .milliseconds(self.gatheringMilliseconds)
        )
    }

    private func parts(log: Logger) throws -> (any MessageBroker, String?, String?) {
        switch self.broker {
        case .kafka(let kafka): (try kafka.broker(log: log), kafka.resultTopic, kafka.deadLetterTopic)
        case .rabbitMQ(let rabbit):
            (
                try rabbit.broker(prefetch: self.maximumBatch * ConsumerLimits.batchesInFlight, log: log),
                rabbit.resultQueue, rabbit.deadLetterQueue
            )
        }
    }
}
