import CRdkafka
public import Logging

/// A member of a consumer group: reads messages of the partitions that the group gives it.
///
/// Nothing is committed unless `commit` is called, so a message whose processing was not finished is read again by
/// whoever has its partition next. All blocking work happens on a thread of the consumer's own; a call that comes while
/// `poll` waits is served at once.
///
/// ```swift
/// let consumer = try KafkaConsumer(KafkaConsumerSettings(cluster: settings, group: "scorer"), logger: logger)
/// try await consumer.subscribe(to: ["requests"])
/// let messages = try await consumer.poll(upTo: 64, waiting: .seconds(1))
/// try await consumer.commit(KafkaConsumer.positions(behind: messages), within: .seconds(5))
/// await consumer.close(within: .seconds(10))
/// ```
public actor KafkaConsumer {
    /// What happened to the partitions of this member.
    public enum AssignmentChange: Sendable, Equatable {
        case assigned([KafkaPartition])
        /// About to go to another member; what is committed now still counts.
        case revoked([KafkaPartition])
        /// Gone already, to another member perhaps: what was not committed will be read again.
        case lost([KafkaPartition])
    }

    /// Hears of a change before it takes effect, on the consumer's thread; must be quick.
    ///
    /// What it returns for `.revoked` is committed before the partitions go; otherwise it is ignored.
    public typealias AssignmentHandler = @Sendable (AssignmentChange) -> [KafkaPosition]

    /// A wait is cut into pieces of this length, so that a cancelled task does not wait longer.
    private static let pieceMilliseconds: Int32 = 200

    private let executor: ThreadExecutor
    private let client: KafkaClient
    private let queue: KafkaOwnedQueue
    private let settings: KafkaConsumerSettings
    private let assignments: KafkaAssignments
    private var isClosed = false
    /// Thrown by the next `poll`: it came with messages, and they come first.
    private var pendingError: MessagingError?

    public nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Connects lazily: this fails only for what is wrong with the settings, or when the library is missing.
    public init(
        _ settings: KafkaConsumerSettings,
        logger: Logger,
        onAssignmentChange: @escaping AssignmentHandler = { _ in [] }
    ) throws(MessagingError) {
        let client = try KafkaClient(
            settings.cluster,
            kind: RD_KAFKA_CONSUMER,
            properties: settings.properties,
            logger: logger
        )
        // Everything comes through the consumer's queue, so that one call serves it all.
        _ = client.table.rd_kafka_poll_set_consumer(client.handle.pointer)
        guard let queue = KafkaOwnedQueue(client.table.rd_kafka_queue_get_consumer(client.handle.pointer), client)
        else { throw MessagingError(.full, "no memory for a Kafka consumer") }
        let assignments = KafkaAssignments(handler: onAssignmentChange, logger: logger)
        client.listener.onRebalance { assignments.apply($0) }
        self.settings = settings
        self.client = client
        self.queue = queue
        self.assignments = assignments
        self.executor = ThreadExecutor(name: "kafka-consumer")
    }

    deinit { self.executor.stop() }

    /// Joins the group; partitions arrive while `poll` is called.
    public func subscribe(to topics: [String]) throws(MessagingError) {
        try self.checkOpen()
        let partitions = topics.map { KafkaPartition(topic: $0, index: RD_KAFKA_PARTITION_UA) }
        try self.client.table.withList(of: partitions) { list throws(MessagingError) in
            try self.client.table.check(
                self.client.table.rd_kafka_subscribe(self.client.handle.pointer, list),
                "cannot subscribe group '\(self.settings.group)' to \(topics.joined(separator: ", "))"
            )
        }
    }

    /// Partitions that the group has given to this member.
    public nonisolated var assignment: Set<KafkaPartition> { self.assignments.current }

    /// Takes messages: waits for the first, then takes what else is there.
    ///
    /// Must be called at least every `longestPause`, paused or not, because it also keeps the membership.
    ///
    /// - Returns: Nothing when none came in time, or the task was cancelled.
    /// - Throws: What the library complains about, once per complaint; polling may go on.
    public func poll(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [KafkaMessage] {
        try self.checkOpen()
        if let error = self.pendingError {
            self.pendingError = nil
            throw error
        }
        let deadline = Deadline(after: waiting)
        var messages: [KafkaMessage] = []
        while messages.count < limit {
            guard messages.isEmpty else {
                guard try self.take(&messages, milliseconds: 0) else { break }
                continue
            }
            if self.executor.isWanted { await Task.yield() }
            try self.checkOpen()
            if try self.take(&messages, milliseconds: deadline.milliseconds(atMost: Self.pieceMilliseconds)) {
                continue
            }
            if let problem = self.client.listener.takeProblem() { throw problem }
            if deadline.isPast || Task.isCancelled { break }
        }
        return messages
    }

    /// Stops fetching from partitions; they stay this member's.
    public func pause(_ partitions: [KafkaPartition]) throws(MessagingError) {
        try self.checkOpen()
        try self.client.table.withList(of: partitions) { list throws(MessagingError) in
            try self.client.table.check(
                self.client.table.rd_kafka_pause_partitions(self.client.handle.pointer, list),
                "cannot pause partitions"
            )
        }
    }

    /// Fetches from paused partitions again.
    public func resume(_ partitions: [KafkaPartition]) throws(MessagingError) {
        try self.checkOpen()
        try self.client.table.withList(of: partitions) { list throws(MessagingError) in
            try self.client.table.check(
                self.client.table.rd_kafka_resume_partitions(self.client.handle.pointer, list),
                "cannot resume partitions"
            )
        }
    }

    /// Goes on reading at other places.
    public func seek(to positions: [KafkaPosition], within limit: Duration) throws(MessagingError) {
        try self.checkOpen()
        try self.client.table.withList(positions) { list throws(MessagingError) in
            try self.client.table.check(
                self.client.table.rd_kafka_seek_partitions(self.client.handle.pointer, list, limit.milliseconds()),
                "cannot seek"
            )
            for (position, code) in self.client.table.entries(of: list) {
                try self.client.table.check(code, "cannot seek to \(position)")
            }
        }
    }

    /// Says how far the group has come: each offset is that of the next message to read.
    ///
    /// - Throws: `revoked` when the partitions went to another member meanwhile.
    public func commit(_ positions: [KafkaPosition], within limit: Duration) throws(MessagingError) {
        guard !positions.isEmpty else { return }
        try self.checkOpen()
        try self.client.commit(positions, within: limit)
    }

    /// Leaves the group, so that others get the partitions at once; safe to call twice.
    public func close(within limit: Duration) {
        guard !self.isClosed else { return }
        self.isClosed = true
        self.client.closeConsumer(within: limit)
        self.assignments.clear()
    }

    /// Where to read on once messages are done with: behind the last of each partition.
    public static func positions(behind messages: [KafkaMessage]) -> [KafkaPosition] {
        var next: [KafkaPartition: Int64] = [:]
        for message in messages {
            let offset = message.position.offset + 1
            next[message.position.partition] = max(next[message.position.partition] ?? 0, offset)
        }
        return next.map { KafkaPosition(partition: $0.key, offset: $0.value) }.sorted { $0.partition < $1.partition }
    }

    // MARK: Inside

    private func checkOpen() throws(MessagingError) {
        guard !self.isClosed else {
            throw MessagingError(.closed, "the consumer of group '\(self.settings.group)' was closed")
        }
    }

    /// Takes at most one message.
    ///
    /// - Returns: Whether the library had something to say.
    private func take(_ messages: inout [KafkaMessage], milliseconds: Int32) throws(MessagingError) -> Bool {
        let table = self.client.table
        let handle = self.client.handle
        let result: UnsafeMutablePointer<rd_kafka_message_t>?
        if milliseconds == 0 {
            result = table.rd_kafka_consumer_poll(handle.pointer, 0)
        } else {
            let queue = self.queue
            // No call was made when something waits: its turn comes first.
            let taken = self.executor.blocking(interrupt: { queue.interrupt() }) {
                table.rd_kafka_consumer_poll(handle.pointer, milliseconds)
            }
            result = taken ?? nil
        }
        guard let result else { return false }
        defer { table.rd_kafka_message_destroy(result) }
        guard result.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let words = table.rd_kafka_message_errstr(result).map { String(cString: $0) } ?? ""
            let error = table.error(
                result.pointee.err,
                "Kafka at \(self.client.subject), group '\(self.settings.group)': \(words)"
            )
            guard messages.isEmpty else {
                self.pendingError = error
                return false
            }
            throw error
        }
        messages.append(table.message(result))
        return true
    }
}
