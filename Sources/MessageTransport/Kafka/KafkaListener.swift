import CRdkafka
import Glibc
import Logging
import Synchronization

/// Receives what librdkafka calls back with, on whichever thread it does.
final class KafkaListener: Sendable {
    /// The fate of one produced message.
    struct Report: Sendable {
        let id: UInt
        let code: rd_kafka_resp_err_t
        let partition: Int32
        let offset: Int64
    }

    private struct State {
        var problem: MessagingError?
        /// Why brokers let nobody in; the library says so once in a while, and it holds until a broker answers.
        var refusal: MessagingError?
        var reports: [Report] = []
        var rebalance: (@Sendable (KafkaRebalance) -> Void)?
        var statistics: (@Sendable (String) -> Void)?
        var tokenWanted: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let table: KafkaTable
    private let subject: String
    private let logger: Logger

    init(table: KafkaTable, subject: String, logger: Logger) {
        self.table = table
        self.subject = subject
        self.logger = logger
    }

    // MARK: What owners ask

    /// What the library last complained about, once.
    func takeProblem() -> MessagingError? {
        self.state.withLock { state in
            defer { state.problem = nil }
            return state.problem
        }
    }

    /// Why brokers let nobody in, as long as none has answered since.
    var refusal: MessagingError? { self.state.withLock { $0.refusal } }

    /// A broker did what it was asked to.
    func answered() { self.state.withLock { $0.refusal = nil } }

    /// Fates of produced messages that came since the last call.
    func takeReports() -> [Report] {
        self.state.withLock { state in
            defer { state.reports.removeAll(keepingCapacity: true) }
            return state.reports
        }
    }

    func onRebalance(_ handler: @escaping @Sendable (KafkaRebalance) -> Void) {
        self.state.withLock { $0.rebalance = handler }
    }

    func onStatistics(_ handler: @escaping @Sendable (String) -> Void) {
        self.state.withLock { $0.statistics = handler }
    }

    func onTokenWanted(_ handler: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.tokenWanted = handler }
    }

    // MARK: What the library tells

    func failed(_ code: rd_kafka_resp_err_t, _ reason: String) {
        let error = self.table.error(code, "Kafka at \(self.subject): \(reason)")
        self.logger.debug("kafka client reports", metadata: ["reason": "\(reason)"])
        self.state.withLock { state in
            if error.code == .unauthorized { state.refusal = error }
            // That no broker is left follows from what happened to each, which says more.
            guard code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || state.problem == nil else { return }
            guard state.problem?.code != .unauthorized else { return }
            state.problem = error
        }
    }

    fileprivate func logged(level: Int32, _ facility: String, _ line: String) {
        self.logger.log(level: level <= 4 ? .debug : .trace, "kafka client", metadata: ["line": "\(line)"])
    }

    fileprivate func delivered(_ report: Report) {
        self.state.withLock { $0.reports.append(report) }
    }

    func rebalanced(_ change: KafkaRebalance) {
        self.state.withLock { $0.rebalance }?(change)
    }

    fileprivate func measured(_ json: String) {
        self.state.withLock { $0.statistics }?(json)
    }

    fileprivate func wantsToken() {
        self.state.withLock { $0.tokenWanted }?()
    }

    // MARK: Wiring

    /// Makes a configuration call this listener, which must outlive the client made of it.
    func attach(to configuration: OpaquePointer, kind: rd_kafka_type_t, wantsToken: Bool) {
        self.table.rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(self).toOpaque())
        self.table.rd_kafka_conf_set_error_cb(configuration) { _, code, reason, opaque in
            KafkaListener.of(opaque)?.failed(
                rd_kafka_resp_err_t(rawValue: rd_kafka_resp_err_t.RawValue(code)),
                reason.map { String(cString: $0) } ?? ""
            )
        }
        self.table.rd_kafka_conf_set_log_cb(configuration) { handle, level, facility, line in
            guard let handle, let table = try? KafkaLibrary.functions() else { return }
            KafkaListener.of(table.rd_kafka_opaque(handle))?.logged(
                level: level,
                facility.map { String(cString: $0) } ?? "",
                line.map { String(cString: $0) } ?? ""
            )
        }
        self.table.rd_kafka_conf_set_stats_cb(configuration) { _, json, length, opaque in
            guard let json else { return 0 }
            let bytes = UnsafeRawBufferPointer(start: json, count: length)
            KafkaListener.of(opaque)?.measured(String(decoding: bytes, as: UTF8.self))
            return 0
        }
        if kind == RD_KAFKA_PRODUCER {
            self.table.rd_kafka_conf_set_dr_msg_cb(configuration) { _, message, opaque in
                guard let message = message?.pointee else { return }
                let id = UInt(bitPattern: message._private)
                KafkaListener.of(opaque)?.delivered(
                    Report(id: id, code: message.err, partition: message.partition, offset: message.offset)
                )
            }
        } else {
            self.table.rd_kafka_conf_set_rebalance_cb(configuration) { handle, code, partitions, opaque in
                guard let handle, let partitions, let table = try? KafkaLibrary.functions() else { return }
                KafkaListener.of(opaque)?.rebalanced(
                    KafkaRebalance(handle: KafkaHandle(pointer: handle), code: code, list: partitions, table: table)
                )
            }
        }
        guard wantsToken else { return }
        self.table.rd_kafka_conf_enable_sasl_queue(configuration, 1)
        self.table.rd_kafka_conf_set_oauthbearer_token_refresh_cb(configuration) { _, _, opaque in
            KafkaListener.of(opaque)?.wantsToken()
        }
    }

    private static func of(_ opaque: UnsafeMutableRawPointer?) -> KafkaListener? {
        opaque.map { Unmanaged<KafkaListener>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// The group gave partitions, or took them; valid only during the call that hands it over.
struct KafkaRebalance {
    let handle: KafkaHandle
    let code: rd_kafka_resp_err_t
    let list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    let table: KafkaTable
}
