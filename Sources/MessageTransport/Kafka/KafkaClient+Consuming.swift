import CRdkafka

extension KafkaClient {
    /// Commits offsets and waits for the coordinator's answer, but no longer than the limit.
    ///
    /// The library's own waiting call takes as long as the session; a queue of one's own has a deadline.
    func commit(_ positions: [KafkaPosition], within limit: Duration) throws(MessagingError) {
        guard let queue = KafkaOwnedQueue(self.table.rd_kafka_queue_new(self.handle.pointer), self) else {
            throw MessagingError(.full, "no memory to commit Kafka offsets")
        }
        try self.table.withList(positions) { list throws(MessagingError) in
            try self.table.check(
                self.table.rd_kafka_commit_queue(self.handle.pointer, list, queue.queue.pointer, nil, nil),
                "cannot commit \(positions.count) offsets"
            )
        }
        guard let event = self.table.rd_kafka_queue_poll(queue.queue.pointer, limit.milliseconds()) else {
            throw self.explained(
                MessagingError(.timedOut, "Kafka at \(self.subject) did not confirm a commit within \(limit.inWords)")
            )
        }
        defer { self.table.rd_kafka_event_destroy(event) }
        try self.table.check(self.table.rd_kafka_event_error(event), "cannot commit to Kafka at \(self.subject)")
        for (position, code) in self.table.entries(of: self.table.rd_kafka_event_topic_partition_list(event)) {
            try self.table.check(code, "cannot commit \(position) to Kafka at \(self.subject)")
        }
    }

    /// Leaves the group; gives up on a coordinator that does not answer in time.
    func closeConsumer(within limit: Duration) {
        guard let queue = KafkaOwnedQueue(self.table.rd_kafka_queue_new(self.handle.pointer), self) else { return }
        self.table.check(
            unlikely: self.table.rd_kafka_consumer_close_queue(self.handle.pointer, queue.queue.pointer)
        )
        let deadline = Deadline(after: limit)
        while self.table.rd_kafka_consumer_closed(self.handle.pointer) == 0, !deadline.isPast {
            guard let event = self.table.rd_kafka_queue_poll(queue.queue.pointer, deadline.milliseconds(atMost: 100))
            else { continue }
            defer { self.table.rd_kafka_event_destroy(event) }
            guard self.table.rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE,
                let list = self.table.rd_kafka_event_topic_partition_list(event)
            else { continue }
            self.listener.rebalanced(
                KafkaRebalance(
                    handle: self.handle,
                    code: self.table.rd_kafka_event_error(event),
                    list: list,
                    table: self.table
                )
            )
        }
    }
}

/// A reference to a queue of the library, returned with the last reference to this.
final class KafkaOwnedQueue: Sendable {
    let queue: KafkaQueue
    /// A queue must not outlive its handle.
    private let client: KafkaClient

    /// - Returns: `nil` when there is no queue to own.
    init?(_ queue: OpaquePointer?, _ client: KafkaClient) {
        guard let queue else { return nil }
        self.queue = KafkaQueue(pointer: queue)
        self.client = client
    }

    deinit { self.client.table.rd_kafka_queue_destroy(self.queue.pointer) }

    /// Makes a call that waits for this queue return.
    func interrupt() { self.client.table.rd_kafka_queue_yield(self.queue.pointer) }
}

extension KafkaTable {
    /// Copies a message that the library lent.
    func message(_ pointer: UnsafeMutablePointer<rd_kafka_message_t>) -> KafkaMessage {
        let raw = pointer.pointee
        let topic = raw.rkt.flatMap { self.rd_kafka_topic_name($0) }.map { String(cString: $0) } ?? ""
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = self.rd_kafka_message_timestamp(pointer, &kind)
        return KafkaMessage(
            position: KafkaPosition(
                partition: KafkaPartition(topic: topic, index: raw.partition),
                offset: raw.offset
            ),
            key: raw.key.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: raw.key_len)) },
            value: raw.payload.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: raw.len)) },
            headers: self.headers(of: pointer),
            timestampMilliseconds: kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : timestamp
        )
    }

    private func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard self.rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
        var headers: [KafkaHeader] = []
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var count = 0
        while self.rd_kafka_header_get_all(list, headers.count, &name, &value, &count) == RD_KAFKA_RESP_ERR_NO_ERROR {
            let bytes = value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
            headers.append(KafkaHeader(name: name.map { String(cString: $0) } ?? "", value: bytes))
        }
        return headers
    }
}
