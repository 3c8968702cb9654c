import CRdkafka
import Foundation
import Logging

/// One librdkafka handle, and what it calls back to; destroyed with the last reference.
final class KafkaClient: Sendable {
    let table: KafkaTable
    let handle: KafkaHandle
    let listener: KafkaListener
    /// What errors call the cluster.
    let subject: String
    private let tokens: KafkaTokenSource?

    /// Connects lazily: this fails only for what is wrong with the settings, or when the library is missing.
    init(
        _ settings: KafkaSettings,
        kind: rd_kafka_type_t,
        properties: [(name: String, value: String)] = [],
        logger: Logger
    ) throws(MessagingError) {
        let table = try KafkaLibrary.functions()
        let listener = KafkaListener(table: table, subject: settings.subject, logger: logger)
        guard let configuration = table.rd_kafka_conf_new() else {
            throw MessagingError(.full, "no memory for a Kafka client")
        }
        let oauth: KafkaOAuth? = if case .oauthBearer(let oauth) = settings.sasl { oauth } else { nil }
        do {
            for (name, value) in try settings.properties() + properties {
                try Self.set(name, value, on: configuration, table)
            }
        } catch {
            table.rd_kafka_conf_destroy(configuration)
            throw error
        }
        listener.attach(to: configuration, kind: kind, wantsToken: oauth != nil)
        // On success the configuration belongs to the handle.
        let (pointer, reason) = Self.withReason { text, capacity in
            table.rd_kafka_new(kind, configuration, text, capacity)
        }
        guard let pointer else {
            table.rd_kafka_conf_destroy(configuration)
            throw MessagingError(.invalidSettings, "no Kafka client for \(settings.subject): \(reason)")
        }
        self.table = table
        self.listener = listener
        self.subject = settings.subject
        self.handle = KafkaHandle(pointer: pointer)
        self.tokens = oauth.map {
            KafkaTokenSource($0, handle: KafkaHandle(pointer: pointer), table: table, logger: logger)
        }
        if let tokens {
            listener.onTokenWanted { [weak tokens] in tokens?.refresh() }
            table.check(unlikely: table.rd_kafka_sasl_background_callbacks_enable(pointer))
        }
    }

    deinit {
        // Destroying joins the library's threads, which may take a second; the listener must live until then, and
        // token fetches must be over, for both use the handle.
        let (table, handle, listener, tokens) = (self.table, self.handle, self.listener, self.tokens)
        let destroy: @Sendable () -> Void = {
            table.rd_kafka_destroy_flags(handle.pointer, Int32(RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE))
            withExtendedLifetime(listener) {}
        }
        guard let tokens else {
            Thread.detachNewThread(destroy)
            return
        }
        Task {
            await tokens.stop()
            Thread.detachNewThread(destroy)
        }
    }

    private static func set(
        _ name: String,
        _ value: String,
        on configuration: OpaquePointer,
        _ table: KafkaTable
    ) throws(MessagingError) {
        let (outcome, reason) = Self.withReason { text, capacity in
            table.rd_kafka_conf_set(configuration, name, value, text, capacity)
        }
        guard outcome == RD_KAFKA_CONF_OK else {
            throw MessagingError(.invalidSettings, "Kafka setting \(name): \(reason)")
        }
    }

    private static func withReason<Result>(
        _ body: (UnsafeMutablePointer<CChar>?, Int) -> Result
    ) -> (Result, reason: String) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { text in
            text.initialize(repeating: 0)
            let result = body(text.baseAddress, text.count)
            return (result, text.baseAddress.map { String(cString: $0) } ?? "")
        }
    }

    /// Lets the library call back, and tells what it last complained about.
    func takeProblem() -> MessagingError? {
        _ = self.table.rd_kafka_poll(self.handle.pointer, 0)
        return self.listener.takeProblem()
    }

    /// Says why there is no answer: a refused password shows itself as a deadline that passed.
    func explained(_ error: MessagingError) -> MessagingError {
        error.isTransient ? self.explained(error, by: self.takeProblem()) : error
    }

    func explained(_ error: MessagingError, by problem: MessagingError?) -> MessagingError {
        guard let problem = self.listener.refusal ?? problem else { return error }
        return MessagingError(problem.code == .refused ? error.code : problem.code, "\(error); \(problem)")
    }
}

extension KafkaTable {
    /// Frees an error that cannot happen here.
    func check(unlikely error: OpaquePointer?) {
        if let error { self.rd_kafka_error_destroy(error) }
    }
}
