import CRdkafka

/// The cluster, and the commands it obeys.
final class Peer {
    private let functions: KafkaFunctions
    private let mock: KafkaMockFunctions
    private let handle: OpaquePointer
    private let cluster: OpaquePointer

    init(brokers: Int32) throws(PeerError) {
        self.functions = try Self.load(KafkaLoad)
        self.mock = try Self.load(KafkaMockLoad)
        // The cluster needs a client to live in; this one talks to nobody, and need not warn that it cannot.
        let configuration = self.functions.rd_kafka_conf_new()
        _ = self.functions.rd_kafka_conf_set(configuration, "log_level", "0", nil, 0)
        guard let handle = self.functions.rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0),
            let cluster = self.mock.rd_kafka_mock_cluster_new(handle, brokers)
        else { throw PeerError("librdkafka made no cluster") }
        self.handle = handle
        self.cluster = cluster
    }

    var bootstrapServers: String {
        self.mock.rd_kafka_mock_cluster_bootstraps(self.cluster).map { String(cString: $0) } ?? ""
    }

    func create(_ topic: PeerTopic) throws(PeerError) {
        try self.check(
            self.mock.rd_kafka_mock_topic_create(self.cluster, topic.name, topic.partitions, topic.replicas),
            "topic \(topic.name)"
        )
    }

    func stop() {
        self.mock.rd_kafka_mock_cluster_destroy(self.cluster)
        self.functions.rd_kafka_destroy(self.handle)
    }

    /// Does what a line of the input says; see `usage`.
    func obey(_ words: [Substring]) throws(PeerError) {
        let numbers = words.dropFirst().compactMap { Int32($0) }
        switch (words.first, words.count) {
        case ("topic", 2): try self.create(PeerTopic(words[1]))
        case ("down", 2) where numbers.count == 1:
            try self.check(self.mock.rd_kafka_mock_broker_set_down(self.cluster, numbers[0]), "broker \(numbers[0])")
        case ("up", 2) where numbers.count == 1:
            try self.check(self.mock.rd_kafka_mock_broker_set_up(self.cluster, numbers[0]), "broker \(numbers[0])")
        case ("delay", 3) where numbers.count == 2:
            try self.check(
                self.mock.rd_kafka_mock_broker_set_rtt(self.cluster, numbers[0], numbers[1]),
                "broker \(numbers[0])"
            )
        case ("fail", 4) where numbers.count == 3: self.fail(Int16(clamping: numbers[0]), numbers[1], Int(numbers[2]))
        case ("mend", 2) where numbers.count == 1:
            self.mock.rd_kafka_mock_clear_request_errors(self.cluster, Int16(clamping: numbers[0]))
        case ("break", 3) where numbers.count == 1:
            self.mock.rd_kafka_mock_topic_set_error(
                self.cluster,
                String(words[1]),
                rd_kafka_resp_err_t(rawValue: numbers[0])
            )
        case ("leader", 4) where numbers.count == 2:
            try self.check(
                self.mock.rd_kafka_mock_partition_set_leader(self.cluster, String(words[1]), numbers[0], numbers[1]),
                "leader of \(words[1])"
            )
        case ("coordinator", 3) where numbers.count == 1:
            try self.check(
                self.mock.rd_kafka_mock_coordinator_set(self.cluster, "group", String(words[1]), numbers[0]),
                "coordinator of \(words[1])"
            )
        default: throw PeerError(Self.usage)
        }
    }

    private static let usage =
        "commands: topic NAME:PARTITIONS:REPLICAS, down BROKER, up BROKER, delay BROKER MILLISECONDS, "
        + "fail API ERROR COUNT, mend API, break TOPIC ERROR, leader TOPIC PARTITION BROKER (-1 for none), "
        + "coordinator GROUP BROKER"

    /// The next `count` requests of a kind fail.
    private func fail(_ api: Int16, _ code: Int32, _ count: Int) {
        let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(rawValue: code), count: max(0, count))
        self.mock.rd_kafka_mock_push_request_errors_array(self.cluster, api, errors.count, errors)
    }

    private func check(_ code: rd_kafka_resp_err_t, _ subject: String) throws(PeerError) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let words = self.functions.rd_kafka_err2str(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
        throw PeerError("\(subject): \(words)")
    }

    private static func load<Functions>(
        _ load: (UnsafeMutablePointer<Functions>, UnsafeMutablePointer<CChar>, Int) -> KafkaLoadOutcome
    ) throws(PeerError) -> Functions {
        let table = UnsafeMutablePointer<Functions>.allocate(capacity: 1)
        defer { table.deallocate() }
        var text = [CChar](repeating: 0, count: 1024)
        let outcome = load(table, &text, text.count)
        guard outcome == .succeeded else {
            throw PeerError(
                "cannot load librdkafka.so.1, in Debian the package librdkafka1: \(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))"
            )
        }
        return table.pointee
    }
}
