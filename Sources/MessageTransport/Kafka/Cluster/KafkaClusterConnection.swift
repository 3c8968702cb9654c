import CRdkafka
import Logging
import Synchronization

/// The client that a cluster is asked through, and what was learned by it.
final class KafkaClusterConnection: Sendable {
    let directory: KafkaTopicDirectory
    let logs: KafkaLogReader
    let groups: KafkaGroupProgress

    /// - Parameter onStale: Called when the client has to be replaced.
    init(
        _ settings: KafkaSettings,
        logger: Logger,
        onStatistics: (@Sendable (String) -> Void)?,
        onStale: @escaping @Sendable () -> Void
    ) throws(MessagingError) {
        let limit = KafkaCluster.requestLimit
        var properties: [(name: String, value: String)] = [
            // To look for a topic must not make it.
            ("allow.auto.create.topics", "false"),
            // A silent broker is given up soon, and its requests tried elsewhere.
            ("socket.timeout.ms", "\(limit.milliseconds())"),
        ]
        if onStatistics != nil { properties.append(("statistics.interval.ms", "1000")) }
        let client = try KafkaClient(settings, kind: RD_KAFKA_CONSUMER, properties: properties, logger: logger)
        if let onStatistics { client.listener.onStatistics(onStatistics) }
        self.groups = try KafkaGroupProgress(client, requestLimit: limit, onStale: onStale)
        self.directory = KafkaTopicDirectory(client, requestLimit: limit)
        self.logs = KafkaLogReader(client, requestLimit: limit)
    }

    deinit { self.groups.stop() }
}

/// Carries word that a connection is stale to whoever made it, who is not there yet when the connection is made.
final class KafkaStaleness: Sendable {
    private let listener = Mutex<(@Sendable () -> Void)?>(nil)

    func onRing(_ body: @escaping @Sendable () -> Void) { self.listener.withLock { $0 = body } }
    func ring() { self.listener.withLock { $0 }?() }
}
