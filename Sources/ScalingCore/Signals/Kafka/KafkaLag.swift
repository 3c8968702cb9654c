public import Timekeeping

/// Turns the offsets of a consumer group into a lag to scale on, look after look.
///
/// Remembers since when each partition with lag has not moved, so that a stuck one is told from a slow one by time and
/// not by how often somebody looked.
public struct KafkaLag: Sendable, Equatable {
    public var rules: KafkaLagRules
    private var stalls: [Partition: Stall] = [:]

    public init(rules: KafkaLagRules) {
        self.rules = rules
    }

    /// What one look found.
    public struct Measurement: Sendable, Equatable {
        /// What to scale on: without stuck partitions if they are excluded, and capped.
        public var lag: Int64
        /// All messages that wait; decides whether the group is active.
        public var totalLag: Int64
        public var isActive: Bool
        /// Partitions with lag that did not move for the whole time; only looked for if they are excluded.
        public var stuckPartitions: Int
        /// Partitions to which the group never committed.
        public var uncommittedPartitions: Int
        /// Partitions that the group knows and the cluster has not.
        public var missingPartitions: Int
        public var partitions: Int

        /// One sentence on what is out of the ordinary, or `nil`.
        public var remark: String? {
            let counts = [
                (self.uncommittedPartitions, "without a committed offset"),
                (self.stuckPartitions, "with lag that does not move, which asks for no more replicas"),
                (self.missingPartitions, "that the cluster does not have"),
            ]
            let found = counts.filter { $0.0 > 0 }.map { "\($0.0) of \(self.partitions) partitions \($0.1)" }
            return found.isEmpty ? nil : found.joined(separator: ", ")
        }
    }

    /// Takes in one look at all partitions that count.
    ///
    /// - Parameter now: When the look was taken; looks come in order.
    public mutating func measure(_ partitions: [KafkaPartitionOffsets], now: MonotonicInstant) -> Measurement {
        var total: Int64 = 0
        var scaled: Int64 = 0
        var lagging = 0
        var stuck = 0
        var stalls: [Partition: Stall] = [:]
        for offsets in partitions {
            let lag = self.rules.lag(of: offsets)
            total = total.saturatingSum(lag)
            guard lag > 0 else { continue }
            if self.isStuck(offsets, now: now, stalls: &stalls) {
                stuck += 1
            } else {
                lagging += 1
                scaled = scaled.saturatingSum(lag)
            }
        }
        self.stalls = stalls
        return Measurement(
            lag: self.rules.capped(lag: scaled, partitions: partitions.count, lagging: lagging),
            totalLag: total,
            isActive: total > self.rules.activationLagThreshold,
            stuckPartitions: stuck,
            uncommittedPartitions: partitions.count { ($0.committed ?? -1) < 0 && $0.logEnd != nil },
            missingPartitions: partitions.count { $0.logEnd == nil },
            partitions: partitions.count
        )
    }

    /// Notes since when a partition with lag stands still; one that waits for its first commit is not stuck.
    private func isStuck(
        _ offsets: KafkaPartitionOffsets,
        now: MonotonicInstant,
        stalls: inout [Partition: Stall]
    ) -> Bool {
        guard self.rules.excludePersistentLag, let committed = offsets.committed, committed >= 0 else { return false }
        let key = Partition(topic: offsets.topic, partition: offsets.partition)
        var stall = Stall(committed: committed, since: now)
        if let before = self.stalls[key], before.committed == committed { stall = before }
        stalls[key] = stall
        return now.seconds(since: stall.since) >= self.rules.persistentLagSeconds && stall.since < now
    }

    private struct Partition: Hashable, Sendable {
        var topic: String
        var partition: Int32
    }

    private struct Stall: Sendable, Equatable {
        var committed: Int64
        var since: MonotonicInstant
    }
}
