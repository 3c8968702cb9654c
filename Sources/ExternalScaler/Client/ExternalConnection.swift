import Autoscaler
import GRPCCore
import GRPCNIOTransportHTTP2
import Synchronization

/// The connection to one scaler, shared by the triggers that name it with the same certificates.
///
/// It connects and reconnects by itself for as long as a trigger holds it.
final class ExternalConnection: Sendable {
    typealias Client = Externalscaler_ExternalScaler.Client<HTTP2ClientTransport.Posix>

    let server: ExternalServer
    let client: Client
    private let channel: GRPCClient<HTTP2ClientTransport.Posix>
    private let running: Task<Void, any Error>

    init(_ server: ExternalServer) throws {
        var settings = HTTP2ClientTransport.Posix.Config.defaults
        // Looks come every few seconds: a scaler that is back is to be found at the next.
        settings.backoff = .init(initial: .milliseconds(200), max: .seconds(2), multiplier: 1.6, jitter: 0.2)
        let transport = try HTTP2ClientTransport.Posix(
            target: Self.target(server),
            transportSecurity: Self.security(server),
            config: settings
        )
        let channel = GRPCClient(transport: transport)
        self.server = server
        self.channel = channel
        self.client = Client(wrapping: channel)
        self.running = Task { try await channel.runConnections() }
    }

    deinit {
        self.channel.beginGracefulShutdown()
        self.running.cancel()
    }

    private static func target(_ server: ExternalServer) -> any ResolvableTarget {
        if server.host.contains(":") { return .ipv6(address: server.host, port: server.port) }
        let isNumeric = server.host.allSatisfy { $0.isNumber || $0 == "." }
        return isNumeric
            ? .ipv4(address: server.host, port: server.port) : .dns(host: server.host, port: server.port)
    }

    private static func security(_ server: ExternalServer) -> HTTP2ClientTransport.Posix.TransportSecurity {
        guard server.usesTLS else { return .plaintext }
        return .tls(
            .defaults { tls in
                if let pem = server.certificateAuthority {
                    tls.trustRoots = .certificates([.bytes(Array(pem.utf8), format: .pem)])
                }
                if let certificate = server.certificate, let key = server.key {
                    tls.certificateChain = [.bytes(Array(certificate.utf8), format: .pem)]
                    tls.privateKey = .bytes(Array(key.utf8), format: .pem)
                }
                if !server.verifiesServer { tls.serverCertificateVerification = .noVerification }
            }
        )
    }
}

/// Connections by scaler; one lives as long as a trigger holds it.
final class ExternalConnections: Sendable {
    private struct Entry {
        weak var connection: ExternalConnection?
    }

    private let entries = Mutex<[ExternalServer: Entry]>([:])

    /// - Returns: The connection, or why there can be none: certificates that cannot be read.
    func connection(to server: ExternalServer) -> Result<ExternalConnection, TriggerFailure> {
        self.entries.withLock { entries in
            if let connection = entries[server]?.connection { return .success(connection) }
            entries = entries.filter { $0.value.connection != nil }
            do {
                let connection = try ExternalConnection(server)
                entries[server] = Entry(connection: connection)
                return .success(connection)
            } catch {
                let sentence = "the certificates for the scaler \(server.address) cannot be used: \(error)"
                return .failure(TriggerFailure(.refused, sentence))
            }
        }
    }
}
