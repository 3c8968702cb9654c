public import Autoscaler
import GRPCCore
import GRPCNIOTransportHTTP2
public import Logging
public import ServiceLifecycle

/// Serves KEDA's external scaler contract, so that another autoscaler can follow the requests of InferenceServices.
public final class ExternalScalerServer: Service {
    /// Where to listen, and with what certificate.
    public struct Settings: Sendable {
        public var host = "127.0.0.1"
        /// 0 for one of the kernel's choice.
        public var port = 9091
        /// Certificate chain and key in PEM; without both the contract is served in the open.
        public var certificate: String?
        public var key: String?
        /// Authorities in PEM whose clients are let in; `nil` lets anyone in.
        public var clientAuthority: String?

        public init() {}
    }

    private let server: GRPCServer<HTTP2ServerTransport.Posix>
    private let log: Logger

    public init(
        signals: any RequestSignalSource,
        settings: Settings = Settings(),
        log: Logger = Logger(label: "external-scaler")
    ) {
        let address: SocketAddress =
            settings.host.contains(":")
            ? .ipv6(host: settings.host, port: settings.port) : .ipv4(host: settings.host, port: settings.port)
        self.server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(address: address, transportSecurity: Self.security(settings)),
            services: [RequestSignalService(signals: signals)]
        )
        self.log = log
    }

    /// The port that is listened on, once it is.
    public var port: Int {
        get async throws {
            let address = try await self.server.listeningAddress
            return address?.ipv4?.port ?? address?.ipv6?.port ?? 0
        }
    }

    /// Serves until the task is cancelled or the service is asked to end.
    public func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await self.server.serve()
        } onCancelOrGracefulShutdown: {
            self.server.beginGracefulShutdown()
        }
    }

    private static func security(_ settings: Settings) -> HTTP2ServerTransport.Posix.TransportSecurity {
        guard let certificate = settings.certificate, let key = settings.key else { return .plaintext }
        return .tls(
            certificateChain: [.bytes(Array(certificate.utf8), format: .pem)],
            privateKey: .bytes(Array(key.utf8), format: .pem)
        ) { tls in
            guard let authority = settings.clientAuthority else { return }
            tls.trustRoots = .certificates([.bytes(Array(authority.utf8), format: .pem)])
            tls.clientCertificateVerification = .noHostnameVerification
        }
    }
}
