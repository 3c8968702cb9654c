import CRabbitMQ
import Glibc

/// An open connection of the library; used on one thread, destroyed with the last reference.
final class AMQPSession {
    let pointer: amqp_connection_state_t
    let socket: Int32
    /// Rings when the thread is wanted for something else.
    let bell: AMQPBell
    private let table: AMQPTable

    /// Connects and logs in.
    init(_ settings: AMQPSettings, table: AMQPTable, within limit: Duration) throws(MessagingError) {
        let deadline = Deadline(after: limit)
        guard let pointer = table.amqp_new_connection() else {
            throw MessagingError(.full, "no memory for an AMQP connection")
        }
        var isReady = false
        defer { if !isReady { _ = table.amqp_destroy_connection(pointer) } }
        guard
            let socket = settings.tls == nil
                ? table.amqp_tcp_socket_new(pointer) : table.amqp_ssl_socket_new(pointer)
        else { throw MessagingError(.full, "no memory for an AMQP socket") }
        if let tls = settings.tls { try table.configure(socket, tls) }
        var time = deadline.remaining.timeValue
        _ = table.amqp_set_handshake_timeout(pointer, &time)
        let status = table.amqp_socket_open_noblock(socket, settings.host, Int32(settings.port), &time)
        guard status == AMQP_STATUS_OK.rawValue else {
            throw table.error(status, "cannot connect to RabbitMQ at \(settings.subject)")
        }
        let descriptor = table.amqp_get_sockfd(pointer)
        // Two silent heartbeats are as long as a write may stay unanswered.
        _ = AMQPLimitWrites(descriptor, UInt32((settings.heartbeat * 2).milliseconds()))
        try Self.logIn(settings, pointer, table)
        guard let bell = AMQPBell() else {
            throw MessagingError(.full, "no file descriptor is left for an AMQP connection")
        }
        isReady = true
        self.pointer = pointer
        self.socket = descriptor
        self.bell = bell
        self.table = table
    }

    deinit { _ = self.table.amqp_destroy_connection(self.pointer) }

    private static func logIn(
        _ settings: AMQPSettings,
        _ pointer: amqp_connection_state_t,
        _ table: AMQPTable
    ) throws(MessagingError) {
        let arena = AMQPArena()
        // Without the capability a broker does not tell that a consumer's queue is gone.
        var properties = arena.table([
            AMQPHeader(name: "connection_name", text: settings.connectionName),
            AMQPHeader(
                name: "capabilities",
                value: .table([AMQPHeader(name: "consumer_cancel_notify", value: .boolean(true))])
            ),
        ])
        let seconds = settings.heartbeat == .zero ? 0 : max(1, settings.heartbeat.milliseconds() / 1000)
        let reply = withExtendedLifetime(arena) {
            AMQPLogin(
                table.functions,
                pointer,
                settings.virtualHost,
                seconds,
                &properties,
                settings.username,
                settings.password.value
            )
        }
        let attempt = "log in to RabbitMQ at \(settings.subject) as '\(settings.username)'"
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL: return
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            throw table.exception(reply.reply, "cannot \(attempt), virtual host '\(settings.virtualHost)'").error
        default:
            // Old brokers and some refusals just hang up.
            let error = table.error(reply.library_error, "cannot \(attempt), virtual host '\(settings.virtualHost)'")
            guard reply.library_error == AMQP_STATUS_CONNECTION_CLOSED.rawValue else { throw error }
            throw MessagingError(
                .unauthorized,
                "\(error); a broker that hangs up here does not know the user or the virtual host"
            )
        }
    }

    /// Bounds the calls that wait for an answer.
    func limitCalls(to limit: Duration) {
        var time = limit.timeValue
        _ = self.table.amqp_set_rpc_timeout(self.pointer, &time)
    }
}

/// Something that a thread can wait for beside a socket, and any other thread can ring.
final class AMQPBell: Sendable {
    let descriptor: Int32

    init?() {
        self.descriptor = AMQPMakeBell()
        guard self.descriptor >= 0 else { return nil }
    }

    deinit { Glibc.close(self.descriptor) }

    func ring() { AMQPRing(self.descriptor) }
}

extension Duration {
    var timeValue: timeval {
        let milliseconds = Int(self.milliseconds())
        return timeval(tv_sec: milliseconds / 1000, tv_usec: milliseconds % 1000 * 1000)
    }
}

extension AMQPTable {
    /// Hands certificates over without writing them to a disk.
    fileprivate func configure(_ socket: OpaquePointer, _ tls: BrokerTLS) throws(MessagingError) {
        self.amqp_ssl_socket_set_verify_peer(socket, tls.verifiesServer ? 1 : 0)
        self.amqp_ssl_socket_set_verify_hostname(socket, tls.verifiesServer ? 1 : 0)
        if let authority = tls.certificateAuthority {
            let status = try Self.withFile(authority) { self.amqp_ssl_socket_set_cacert(socket, $0) }
            guard status == AMQP_STATUS_OK.rawValue else {
                throw MessagingError(.invalidSettings, "the certificate authority for RabbitMQ is no PEM certificate")
            }
        } else if tls.verifiesServer {
            let status = Self.systemAuthorities.map { self.amqp_ssl_socket_set_cacert(socket, $0) }
            guard status == AMQP_STATUS_OK.rawValue else {
                throw MessagingError(
                    .invalidSettings,
                    "TLS needs a certificate authority: none is given and the system has none (package ca-certificates)"
                )
            }
        }
        guard let certificate = tls.clientCertificate, let key = tls.clientKey else { return }
        if let password = tls.clientKeyPassword { self.amqp_ssl_socket_set_key_passwd(socket, password.value) }
        let status = try Self.withFile(certificate) { certificatePath throws(MessagingError) in
            try Self.withFile(key.value) { self.amqp_ssl_socket_set_key(socket, certificatePath, $0) }
        }
        guard status == AMQP_STATUS_OK.rawValue else {
            throw MessagingError(
                .invalidSettings,
                "the client certificate or its key for RabbitMQ cannot be used: not in PEM, a wrong password, or no pair"
            )
        }
    }

    /// Where distributions keep the certificates that they trust; the first that is there.
    private static let systemAuthorities: String? = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ].first { access($0, R_OK) == 0 }

    private static func withFile<Result>(
        _ text: String,
        _ body: (String) throws(MessagingError) -> Result
    ) throws(MessagingError) -> Result {
        let bytes = Array(text.utf8)
        let file = AMQPMemoryFile(bytes, bytes.count)
        guard file >= 0 else { throw MessagingError(.full, "no memory for a certificate") }
        defer { Glibc.close(file) }
        return try body("/proc/self/fd/\(file)")
    }
}
