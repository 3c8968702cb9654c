import Autoscaler
public import MessageTransport
import ScalingCore
import Synchronization
import Telemetry

extension TriggerKind {
    /// The lag of a Kafka consumer group.
    ///
    /// - Parameter name: `kafka`, or `apache-kafka`, which is KEDA's second implementation of the same.
    public static func kafka(_ clusters: KafkaClusters, named name: String) -> TriggerKind {
        TriggerKind(name) { metadata in
            let configuration = KafkaTrigger.Configuration(metadata)
            return { KafkaTrigger(configuration, clusters) }
        }
    }
}

/// Asks Kafka how far a consumer group is behind.
final class KafkaTrigger: Trigger {
    private let configuration: Configuration
    private let clusters: KafkaClusters
    /// `nil` until the first read, and after `close`.
    private let cluster = Mutex<KafkaCluster?>(nil)
    private let lag: Mutex<KafkaLag>

    init(_ configuration: Configuration, _ clusters: KafkaClusters) {
        self.configuration = configuration
        self.clusters = clusters
        self.lag = Mutex(KafkaLag(rules: configuration.rules))
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let progress: [KafkaPartitionProgress]
        do {
            progress = try await self.connected().progress(of: self.configuration.query)
        } catch {
            throw TriggerFailure(error)
        }
        let partitions = progress.map { partition in
            KafkaPartitionOffsets(
                topic: partition.partition.topic,
                partition: partition.partition.index,
                committed: partition.committed,
                logStart: partition.logStart,
                logEnd: partition.logEnd
            )
        }
        let found = self.lag.withLock { $0.measure(partitions, now: MonotonicClock.now()) }
        return TriggerReading(
            metrics: [
                .init(
                    name: self.configuration.metricName,
                    value: Double(found.lag),
                    target: Double(self.configuration.rules.lagThreshold)
                )
            ],
            isActive: found.isActive,
            remark: found.remark
        )
    }

    func close() async {
        self.cluster.withLock { $0 = nil }
    }

    /// The cluster that this trigger shares with others of the same settings.
    private func connected() throws(MessagingError) -> KafkaCluster {
        if let cluster = self.cluster.withLock({ $0 }) { return cluster }
        let cluster = try self.clusters.cluster(for: self.configuration.settings)
        self.cluster.withLock { $0 = cluster }
        return cluster
    }
}
