import CRdkafka
import Synchronization

/// Fetches bearer tokens for one handle whenever the library wants one.
final class KafkaTokenSource: Sendable {
    private let settings: KafkaOAuth
    private let handle: KafkaHandle
    private let table: KafkaTable

    init(_ settings: KafkaOAuth, handle: KafkaHandle, table: KafkaTable) {
        self.settings = settings
        self.handle = handle
        self.table = table
    }

    func refresh() {
        _ = self.table.rd_kafka_oauthbearer_set_token_failure(self.handle.pointer, "not there yet")
    }

    func stop() {}
}
