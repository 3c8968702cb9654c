import CRdkafka

/// Lists and errors between librdkafka's world and ours.
extension KafkaTable {
    /// Runs `body` with a list of partitions that lives as long as the call.
    func withList<Result>(
        _ positions: [KafkaPosition],
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) throws(MessagingError) -> Result
    ) throws(MessagingError) -> Result {
        guard let list = self.rd_kafka_topic_partition_list_new(Int32(clamping: positions.count)) else {
            throw MessagingError(.full, "no memory for a list of \(positions.count) Kafka partitions")
        }
        defer { self.rd_kafka_topic_partition_list_destroy(list) }
        for position in positions {
            let entry = self.rd_kafka_topic_partition_list_add(list, position.partition.topic, position.partition.index)
            entry?.pointee.offset = position.offset
        }
        return try body(list)
    }

    /// Runs `body` with a list of partitions without offsets.
    func withList<Result>(
        of partitions: [KafkaPartition],
        _ body: (UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) throws(MessagingError) -> Result
    ) throws(MessagingError) -> Result {
        try self.withList(partitions.map { KafkaPosition(partition: $0, offset: Int64(RD_KAFKA_OFFSET_INVALID)) }, body)
    }

    /// What a list holds.
    func entries(
        of list: UnsafePointer<rd_kafka_topic_partition_list_t>?
    ) -> [(position: KafkaPosition, code: rd_kafka_resp_err_t)] {
        guard let list = list?.pointee, let elements = list.elems else { return [] }
        return (0..<Int(list.cnt)).compactMap { index in
            let element = elements[index]
            guard let topic = element.topic else { return nil }
            let partition = KafkaPartition(topic: String(cString: topic), index: element.partition)
            return (KafkaPosition(partition: partition, offset: element.offset), element.err)
        }
    }

    /// The library's own words for a code.
    func words(_ code: rd_kafka_resp_err_t) -> String {
        self.rd_kafka_err2str(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    }

    /// Sorts an error into ours; `context` is the sentence up to the library's words, or all of it.
    func error(_ code: rd_kafka_resp_err_t, _ sentence: String) -> MessagingError {
        MessagingError(Self.kind(of: code), sentence)
    }

    /// Throws when a code is an error.
    func check(_ code: rd_kafka_resp_err_t, _ attempt: @autoclosure () -> String) throws(MessagingError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw self.error(code, "\(attempt()): \(self.words(code))")
    }

    /// Throws, and destroys, an error object.
    func check(_ error: OpaquePointer?, _ attempt: @autoclosure () -> String) throws(MessagingError) {
        guard let error else { return }
        defer { self.rd_kafka_error_destroy(error) }
        let words = self.rd_kafka_error_string(error).map { String(cString: $0) } ?? "no reason was given"
        throw self.error(self.rd_kafka_error_code(error), "\(attempt()): \(words)")
    }

    private static func kind(of code: rd_kafka_resp_err_t) -> MessagingError.Code {
        switch code {
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
            RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
            .timedOut
        case RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
            RD_KAFKA_RESP_ERR__WAIT_COORD, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_NOT_COORDINATOR,
            RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
            RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RD_KAFKA_RESP_ERR__PURGE_QUEUE,
            RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, RD_KAFKA_RESP_ERR__RETRY:
            .unreachable
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
            RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__SSL,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            .unauthorized
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
            RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND:
            .notFound
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: .full
        case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
            .revoked
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
            RD_KAFKA_RESP_ERR_INVALID_RECORD:
            .unacceptable
        case RD_KAFKA_RESP_ERR__DESTROY: .closed
        case RD_KAFKA_RESP_ERR__INVALID_ARG: .invalidSettings
        default: .refused
        }
    }
}
