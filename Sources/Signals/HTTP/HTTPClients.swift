import HTTPTransport
import Synchronization

/// The HTTP clients that triggers share: one for each way of trusting servers and of being trusted.
public final class HTTPClients: Sendable {
    /// Whom to trust, and who to be, in PEM.
    struct Trust: Hashable, Sendable {
        var certificateAuthority: String?
        var certificate: String?
        var key: String?
        var verifiesServer = true
    }

    private struct Entry {
        weak var client: HTTPClient?
    }

    private let entries = Mutex<[Trust: Entry]>([:])

    public init() {}

    /// The client for `trust`; it lives as long as a trigger holds it.
    func client(_ trust: Trust) -> HTTPClient {
        self.entries.withLock { entries in
            if let client = entries[trust]?.client { return client }
            // A server that hangs holds some connections for the length of a timeout: leave enough for the others.
            var configuration = HTTPClient.Configuration()
            configuration.maximumConnections = 1024
            configuration.maximumConnectionsPerHost = 8
            configuration.tls.certificateAuthority = trust.certificateAuthority.map { Array($0.utf8) }
            configuration.tls.clientCertificate = trust.certificate.map { Array($0.utf8) }
            configuration.tls.clientKey = trust.key.map { Array($0.utf8) }
            configuration.tls.verifiesServer = trust.verifiesServer
            let client = HTTPClient(configuration)
            entries = entries.filter { $0.value.client != nil }
            entries[trust] = Entry(client: client)
            return client
        }
    }
}
