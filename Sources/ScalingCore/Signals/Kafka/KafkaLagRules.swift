/// How the lag of a consumer group becomes a number to scale on: the fields of a `kafka` trigger.
public struct KafkaLagRules: Sendable, Equatable {
    /// Where a group that never committed begins to read.
    public enum OffsetResetPolicy: String, Sendable, CaseIterable {
        case latest, earliest
    }

    /// Messages one replica should have waiting; above zero.
    public var lagThreshold: Int64
    /// Lag above which the group wants a replica at all.
    public var activationLagThreshold: Int64
    public var offsetResetPolicy: OffsetResetPolicy
    /// Allows more replicas than there are partitions.
    public var allowIdleConsumers: Bool
    /// A partition without a committed offset counts nothing.
    public var scaleToZeroOnInvalidOffset: Bool
    /// Partitions whose consumer gets stuck ask for no more replicas.
    public var excludePersistentLag: Bool
    /// For how long a partition with lag must not have moved to count as stuck.
    public var persistentLagSeconds: Double
    /// No more replicas than there are partitions with lag.
    public var limitToPartitionsWithLag: Bool
    /// Only numbers of replicas that divide the number of partitions.
    public var ensureEvenDistributionOfPartitions: Bool

    public static let defaultLagThreshold: Int64 = 10
    public static let defaultPersistentLagSeconds = 60.0

    public init(
        lagThreshold: Int64 = Self.defaultLagThreshold,
        activationLagThreshold: Int64 = 0,
        offsetResetPolicy: OffsetResetPolicy = .latest,
        allowIdleConsumers: Bool = false,
        scaleToZeroOnInvalidOffset: Bool = false,
        excludePersistentLag: Bool = false,
        persistentLagSeconds: Double = Self.defaultPersistentLagSeconds,
        limitToPartitionsWithLag: Bool = false,
        ensureEvenDistributionOfPartitions: Bool = false
    ) {
        precondition(lagThreshold > 0, "lagThreshold: \(lagThreshold)")
        self.lagThreshold = lagThreshold
        self.activationLagThreshold = activationLagThreshold
        self.offsetResetPolicy = offsetResetPolicy
        self.allowIdleConsumers = allowIdleConsumers
        self.scaleToZeroOnInvalidOffset = scaleToZeroOnInvalidOffset
        self.excludePersistentLag = excludePersistentLag
        self.persistentLagSeconds = persistentLagSeconds
        self.limitToPartitionsWithLag = limitToPartitionsWithLag
        self.ensureEvenDistributionOfPartitions = ensureEvenDistributionOfPartitions
    }
}

extension KafkaLagRules {
    /// Messages that wait in one partition.
    ///
    /// A partition that the cluster does not have counts nothing. One whose leader does not answer is no such
    /// partition: then the lag is not known, and whoever reads must say so instead of asking here.
    public func lag(of partition: KafkaPartitionOffsets) -> Int64 {
        guard let end = partition.logEnd else { return 0 }
        guard let committed = partition.committed, committed >= 0 else {
            if self.scaleToZeroOnInvalidOffset { return 0 }
            switch self.offsetResetPolicy {
            case .latest: return 1
            case .earliest: return Self.distance(from: max(0, partition.logStart ?? 0), to: end)
            }
        }
        // What expired before it was read is not there to be read.
        return Self.distance(from: max(committed, partition.logStart ?? committed), to: end)
    }

    /// The lag to report for a group, so that it asks for no more replicas than can have work.
    ///
    /// - Parameters:
    ///   - lag: Over all partitions.
    ///   - partitions: How many there are.
    ///   - lagging: How many of them have lag.
    public func capped(lag: Int64, partitions: Int, lagging: Int) -> Int64 {
        guard lag > 0, !self.allowIdleConsumers else { return max(0, lag) }
        if self.ensureEvenDistributionOfPartitions {
            let replicas = Self.evenReplicas(partitions: partitions, lag: lag, threshold: self.lagThreshold)
            return Int64(replicas).saturatingProduct(self.lagThreshold)
        }
        let most = Int64(self.limitToPartitionsWithLag ? lagging : partitions)
        return lag / self.lagThreshold > most ? most.saturatingProduct(self.lagThreshold) : lag
    }

    /// The smallest divisor of `partitions` that gives no replica more than `threshold`, or all of them.
    static func evenReplicas(partitions: Int, lag: Int64, threshold: Int64) -> Int {
        guard partitions > 0 else { return 0 }
        let divisor = (1...partitions).first { candidate in
            partitions % candidate == 0 && Int64(candidate).saturatingProduct(threshold) >= lag
        }
        return divisor ?? partitions
    }

    /// Never negative: an offset beyond the end is a topic that was made anew.
    private static func distance(from start: Int64, to end: Int64) -> Int64 {
        end > start ? end - start : 0
    }
}
