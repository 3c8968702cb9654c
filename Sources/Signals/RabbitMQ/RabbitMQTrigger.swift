import Autoscaler
import MessageTransport
import ScalingCore

extension TriggerKind {
    /// How full RabbitMQ queues are, or how fast they move.
    static func rabbitMQ(_ brokers: RabbitMQBrokers, _ clients: HTTPClients) -> TriggerKind {
        TriggerKind("rabbitmq") { metadata in
            let configuration = RabbitMQTrigger.Configuration(metadata)
            return {
                switch configuration.source {
                case .amqp(let settings):
                    RabbitMQTrigger(configuration, RabbitMQBrokerQueue(brokers, settings, configuration))
                case .management(let address):
                    RabbitMQTrigger(configuration, RabbitMQManagement(clients, address, configuration))
                }
            }
        }
    }
}

/// Where the numbers of a queue come from.
protocol RabbitMQSource: Sendable {
    /// - Returns: The counts, and a remark for people if there is something to say.
    func counts() async throws(TriggerFailure) -> (counts: RabbitMQQueueCounts, remark: String?)
    func close() async
}

/// Asks RabbitMQ about one queue, or by the management API about several.
struct RabbitMQTrigger: Trigger {
    private let configuration: Configuration
    private let source: any RabbitMQSource

    init(_ configuration: Configuration, _ source: any RabbitMQSource) {
        self.configuration = configuration
        self.source = source
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let (counts, remark) = try await self.source.counts()
        let (value, isActive) = self.configuration.load.measure(counts)
        return TriggerReading(
            metrics: [
                .init(
                    name: "rabbitmq-\(self.configuration.queueName)",
                    value: value,
                    target: self.configuration.target
                )
            ],
            isActive: isActive,
            remark: remark
        )
    }

    func close() async { await self.source.close() }
}
