public import Logging
import Synchronization

/// Clusters in use, so that equal settings share one.
///
/// A cluster's connections close when the last who holds it lets go.
public final class KafkaClusters: Sendable {
    private struct Reference {
        weak var cluster: KafkaCluster?
    }

    private let logger: Logger
    private let onStatistics: (@Sendable (String) -> Void)?
    private let clusters = Mutex<[KafkaSettings: Reference]>([:])

    /// - Parameter onStatistics: Gets librdkafka's statistics of each cluster as JSON every second; `nil` for none.
    public init(logger: Logger, onStatistics: (@Sendable (String) -> Void)? = nil) {
        self.logger = logger
        self.onStatistics = onStatistics
    }

    /// The cluster of some settings; connects when it is first asked something.
    ///
    /// - Throws: For what is wrong with the settings, or when the library is missing.
    public func cluster(for settings: KafkaSettings) throws(MessagingError) -> KafkaCluster {
        let result = self.clusters.withLock { clusters -> Result<KafkaCluster, MessagingError> in
            if let cluster = clusters[settings]?.cluster { return .success(cluster) }
            clusters = clusters.filter { $0.value.cluster != nil }
            do throws(MessagingError) {
                let cluster = try KafkaCluster(settings, logger: self.logger, onStatistics: self.onStatistics)
                clusters[settings] = Reference(cluster: cluster)
                return .success(cluster)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
