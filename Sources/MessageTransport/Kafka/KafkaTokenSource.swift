import CRdkafka
import HTTPTransport
import Logging
import StructuredData
import Synchronization

/// Fetches bearer tokens for one handle whenever the library wants one, which it does before the last expires.
///
/// Debian's librdkafka comes without its own way to fetch tokens, so this is the client credentials grant of OAuth 2.
final class KafkaTokenSource: Sendable {
    /// How long fetching one token may take.
    private static let limit = Duration.seconds(10)
    /// How long a token is taken to live when the endpoint does not say.
    private static let usualLifetimeSeconds = 300.0

    private let settings: KafkaOAuth
    private let handle: KafkaHandle
    private let table: KafkaTable
    private let logger: Logger
    private let client = HTTPClient()
    /// The fetch under way; the library asks for no other before it is told of this one's end.
    private let fetch = Mutex<Task<Void, Never>?>(nil)

    init(_ settings: KafkaOAuth, handle: KafkaHandle, table: KafkaTable, logger: Logger) {
        self.settings = settings
        self.handle = handle
        self.table = table
        self.logger = logger
    }

    /// Called by the library, on one of its threads.
    func refresh() {
        let task = Task { await self.fetchToken() }
        self.fetch.withLock { fetch in
            fetch?.cancel()
            fetch = task
        }
    }

    /// Ends a fetch that is under way and waits for that, after which the handle is not used any more.
    func stop() async {
        let task = self.fetch.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    private func fetchToken() async {
        do throws(MessagingError) {
            let (token, lifetime) = try await self.token()
            try self.hand(over: token, lifetimeSeconds: lifetime)
        } catch {
            self.logger.warning("kafka token could not be fetched", metadata: ["reason": "\(error)"])
            _ = self.table.rd_kafka_oauthbearer_set_token_failure(self.handle.pointer, error.description)
        }
    }

    private func token() async throws(MessagingError) -> (token: Secret, lifetimeSeconds: Double) {
        let endpoint = self.settings.tokenEndpoint
        let request = HTTPClientRequest(
            method: "POST",
            url: endpoint,
            headers: [
                "content-type": "application/x-www-form-urlencoded", "accept": "application/json",
                "authorization": Base64.basic(self.settings.clientID, self.settings.clientSecret.value),
            ],
            body: Array(self.form.utf8),
            timeouts: .init(connect: Self.limit, total: Self.limit)
        )
        let (status, bytes): (Int, [UInt8])
        do {
            let response = try await self.client.send(request)
            (status, bytes) = (response.status, try await response.bytes(upTo: 1 << 20))
        } catch {
            throw MessagingError(.unreachable, "no token from \(endpoint): \(error)")
        }
        guard (200..<300).contains(status) else {
            throw MessagingError(.unauthorized, "no token from \(endpoint): it answered with status \(status)")
        }
        guard let json = try? JSONParser.parse(bytes), let token = json["access_token"]?.stringValue else {
            throw MessagingError(.refused, "no token from \(endpoint): it answered without an access_token")
        }
        return (Secret(token), json["expires_in"]?.doubleValue ?? Self.usualLifetimeSeconds)
    }

    private var form: String {
        let scopes = self.settings.scopes.joined(separator: " ").formEncoded
        return "grant_type=client_credentials" + (scopes.isEmpty ? "" : "&scope=\(scopes)")
    }

    private func hand(over token: Secret, lifetimeSeconds: Double) throws(MessagingError) {
        let until = Int64((WallClock.secondsSince1970() + max(10, lifetimeSeconds)) * 1000)
        let extensions = self.settings.extensions.flatMap { [$0.key, $0.value] }
        let code = CStrings.with(extensions) { list in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { reason in
                reason.initialize(repeating: 0)
                let code = self.table.rd_kafka_oauthbearer_set_token(
                    self.handle.pointer,
                    token.value,
                    until,
                    self.settings.clientID,
                    list,
                    extensions.count,
                    reason.baseAddress,
                    reason.count
                )
                return (code, reason.baseAddress.map { String(cString: $0) } ?? "")
            }
        }
        guard code.0 == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw MessagingError(.refused, "librdkafka does not take the token: \(code.1)")
        }
    }
}
