import CRdkafka
import Logging
import Synchronization

/// Keeps what the group gave, and lets the owner commit before it goes.
final class KafkaAssignments: Sendable {
    /// How long a commit may hold up the group while partitions change hands.
    private static let commitLimitMilliseconds: Int32 = 5000

    private let partitions = Mutex<Set<KafkaPartition>>([])
    private let handler: KafkaConsumer.AssignmentHandler
    private let logger: Logger

    init(handler: @escaping KafkaConsumer.AssignmentHandler, logger: Logger) {
        self.handler = handler
        self.logger = logger
    }

    var current: Set<KafkaPartition> { self.partitions.withLock { $0 } }

    func clear() { self.partitions.withLock { $0.removeAll() } }

    /// Answers the library, which waits for it.
    func apply(_ change: KafkaRebalance) {
        let table = change.table
        let handle = change.handle.pointer
        let isIncremental =
            table.rd_kafka_rebalance_protocol(handle).map { String(cString: $0) } == "COOPERATIVE"
        let affected = table.entries(of: change.list).map(\.position.partition)
        if change.code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.partitions.withLock { $0.formUnion(affected) }
            _ = self.handler(.assigned(affected))
            if isIncremental {
                table.check(unlikely: table.rd_kafka_incremental_assign(handle, change.list))
            } else {
                _ = table.rd_kafka_assign(handle, change.list)
            }
            return
        }
        self.partitions.withLock { $0.subtract(affected) }
        if table.rd_kafka_assignment_lost(handle) != 0 {
            _ = self.handler(.lost(affected))
        } else {
            self.commit(self.handler(.revoked(affected)), change)
        }
        if isIncremental {
            table.check(unlikely: table.rd_kafka_incremental_unassign(handle, change.list))
        } else {
            _ = table.rd_kafka_assign(handle, nil)
        }
    }

    /// A commit that fails here costs duplicates, not messages.
    private func commit(_ positions: [KafkaPosition], _ change: KafkaRebalance) {
        guard !positions.isEmpty, let queue = change.table.rd_kafka_queue_new(change.handle.pointer) else { return }
        defer { change.table.rd_kafka_queue_destroy(queue) }
        try? change.table.withList(positions) { list throws(MessagingError) in
            try change.table.check(
                change.table.rd_kafka_commit_queue(change.handle.pointer, list, queue, nil, nil),
                "cannot commit"
            )
        }
        guard let event = change.table.rd_kafka_queue_poll(queue, Self.commitLimitMilliseconds) else {
            self.logger.warning("kafka commit before a rebalance was not confirmed")
            return
        }
        let code = change.table.rd_kafka_event_error(event)
        change.table.rd_kafka_event_destroy(event)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            self.logger.warning(
                "kafka commit before a rebalance failed",
                metadata: ["reason": "\(change.table.words(code))"]
            )
        }
    }
}
