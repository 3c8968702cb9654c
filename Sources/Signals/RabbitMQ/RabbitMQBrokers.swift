import Autoscaler
import Logging
import MessageTransport
import ScalingCore
import Synchronization

/// The AMQP connections that triggers share: one for each broker, virtual host and user.
final class RabbitMQBrokers: Sendable {
    private struct Reference {
        weak var broker: RabbitMQBroker?
    }

    private let logger: Logger
    private let brokers = Mutex<[AMQPSettings: Reference]>([:])

    init(logger: Logger) {
        self.logger = logger
    }

    /// The connection of some settings; it lives as long as a trigger holds it.
    func broker(_ settings: AMQPSettings) -> RabbitMQBroker {
        self.brokers.withLock { brokers in
            if let broker = brokers[settings]?.broker { return broker }
            brokers = brokers.filter { $0.value.broker != nil }
            let broker = RabbitMQBroker(settings, logger: self.logger)
            brokers[settings] = Reference(broker: broker)
            return broker
        }
    }
}

/// One connection, opened when it is first needed and again after it broke.
actor RabbitMQBroker {
    private let settings: AMQPSettings
    private let logger: Logger
    /// Those who come while it is being opened wait for the same.
    private var opening: Task<AMQPConnection, any Error>?

    init(_ settings: AMQPSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    func status(of queue: String, within limit: Duration) async throws(MessagingError) -> AMQPQueueStatus {
        let (connection, isNew) = try await self.connection(within: limit)
        do {
            return try await connection.status(of: queue, within: limit)
        } catch {
            if await connection.isOpen { throw error }
            await self.drop(connection)
            // A connection that broke since it was last used says nothing about the broker now.
            guard !isNew else { throw error }
        }
        let (another, _) = try await self.connection(within: limit)
        return try await another.status(of: queue, within: limit)
    }

    private func connection(within limit: Duration) async throws(MessagingError) -> (AMQPConnection, isNew: Bool) {
        let isNew = self.opening == nil
        let task = self.opening ?? self.open(within: limit)
        self.opening = task
        do {
            return (try await task.value, isNew)
        } catch {
            if self.opening == task { self.opening = nil }
            throw error as? MessagingError ?? MessagingError(.unreachable, "\(error)")
        }
    }

    private func open(within limit: Duration) -> Task<AMQPConnection, any Error> {
        let (settings, logger) = (self.settings, self.logger)
        return Task {
            let connection = try AMQPConnection(settings, logger: logger)
            try await connection.open(within: limit)
            return connection
        }
    }

    private func drop(_ connection: AMQPConnection) async {
        if let opening, (try? await opening.value) === connection, self.opening == opening { self.opening = nil }
        await connection.close(within: .milliseconds(100))
    }
}

/// A queue that is asked for over AMQP, which counts exactly what is ready now.
final class RabbitMQBrokerQueue: RabbitMQSource {
    private let brokers: RabbitMQBrokers
    private let settings: AMQPSettings
    private let queueName: String
    private let timeout: Duration
    /// `nil` until the first look, and after `close`.
    private let broker = Mutex<RabbitMQBroker?>(nil)

    init(_ brokers: RabbitMQBrokers, _ settings: AMQPSettings, _ configuration: RabbitMQTrigger.Configuration) {
        self.brokers = brokers
        self.settings = settings
        self.queueName = configuration.queueName
        self.timeout = configuration.timeout
    }

    func counts() async throws(TriggerFailure) -> (counts: RabbitMQQueueCounts, remark: String?) {
        let broker = self.broker.withLock { broker in
            let found = broker ?? self.brokers.broker(self.settings)
            broker = found
            return found
        }
        do {
            let ready = Int64(try await broker.status(of: self.queueName, within: self.timeout).readyMessages)
            return (RabbitMQQueueCounts(messages: ready, ready: ready), nil)
        } catch {
            throw TriggerFailure(error)
        }
    }

    func close() async {
        self.broker.withLock { $0 = nil }
    }
}
