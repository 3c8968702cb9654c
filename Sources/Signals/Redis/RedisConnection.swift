import Autoscaler
import HTTPTransport
import Telemetry
import Timekeeping

/// One connection to one Redis server, shared by the triggers that use it with the same credentials.
///
/// It connects when it is first used, and again after it broke.
actor RedisConnection {
    /// Where the server is, and who asks.
    struct Server: Hashable, Sendable {
        var host = ""
        var port = 6379
        var username: String?
        var password: String?
        var database = 0
        /// `nil` for a connection in the open.
        var trust: HTTPClients.Trust?

        var address: String { "\(self.host):\(self.port)" }
    }

    static let timeout = Duration.seconds(3)

    private nonisolated let executor: LaneExecutor
    private let server: Server
    private var stream: ByteStream?
    private var reader = RedisReader()

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ server: Server) {
        self.server = server
        self.executor = LaneExecutor(label: "redis \(server.address)")
    }

    /// Sends commands in one go and returns an answer to each, errors among them.
    nonisolated func send(_ commands: [[String]]) async throws(TriggerFailure) -> [RedisReply] {
        let deadline = MonotonicClock.now().advanced(by: Self.timeout)
        let late = "the Redis server \(self.server.address) did not answer in \(Self.timeout.inSeconds) seconds"
        return try await Patience.wait(for: Self.timeout, saying: late) {
            await self.exchange(commands, deadline: deadline)
        }
    }

    private func exchange(
        _ commands: [[String]],
        deadline: MonotonicInstant
    ) -> Result<[RedisReply], TriggerFailure> {
        // Whoever asked has gone while others were served.
        guard deadline > MonotonicClock.now() else {
            return .failure(TriggerFailure(.unavailable, "the Redis server \(self.server.address) is too slow"))
        }
        return Result { () throws(TriggerFailure) -> [RedisReply] in
            // A connection that has been at rest may have been closed by the other side: that is worth a second try.
            if self.stream != nil {
                do throws(TriggerFailure) {
                    return try self.ask(commands, deadline: deadline)
                } catch  where error.kind == .unavailable {
                    self.disconnect()
                }
            }
            do throws(TriggerFailure) {
                try self.connect(deadline: deadline)
                return try self.ask(commands, deadline: deadline)
            } catch {
                self.disconnect()
                throw error
            }
        }
    }

    private func connect(deadline: MonotonicInstant) throws(TriggerFailure) {
        self.reader = RedisReader()
        do {
            self.stream = try ByteStream(
                host: self.server.host,
                port: self.server.port,
                tls: self.server.trust.map(HTTPClient.TLSSettings.init),
                timeout: Self.left(until: deadline)
            )
        } catch {
            throw TriggerFailure(error)
        }
        var greeting: [[String]] = []
        if let password = self.server.password {
            greeting.append(["AUTH"] + [self.server.username, password].compactMap(\.self))
        }
        if self.server.database != 0 { greeting.append(["SELECT", String(self.server.database)]) }
        guard !greeting.isEmpty else { return }
        for reply in try self.ask(greeting, deadline: deadline) {
            if case .error(let text) = reply { throw Self.failure(text, of: self.server.address) }
        }
    }

    private func disconnect() {
        self.stream = nil
    }

    private func ask(_ commands: [[String]], deadline: MonotonicInstant) throws(TriggerFailure) -> [RedisReply] {
        guard let stream else { throw TriggerFailure(.unavailable, "there is no connection to \(self.server.address)") }
        do {
            try stream.send(commands.flatMap(Self.encoded), timeout: Self.left(until: deadline))
            var replies: [RedisReply] = []
            while replies.count < commands.count {
                if let reply = try self.reader.next() {
                    replies.append(reply)
                    continue
                }
                let bytes = try stream.receive(timeout: Self.left(until: deadline))
                guard !bytes.isEmpty else {
                    throw TriggerFailure(.unavailable, "the Redis server \(self.server.address) closed the connection")
                }
                try self.reader.append(bytes)
            }
            return replies
        } catch let error as HTTPClientError {
            throw TriggerFailure(error)
        } catch let error as TriggerFailure {
            throw error
        } catch {
            self.disconnect()
            throw TriggerFailure(.invalid, "what \(self.server.address) answered is not the protocol of Redis")
        }
    }

    /// What an error of the server at an address means to a trigger; `nil` for one of several servers.
    static func failure(_ text: String, of address: String? = nil) -> TriggerFailure {
        let code = text.prefix { $0 != " " }
        let kind: TriggerFailure.Kind =
            switch code {
            case "NOAUTH", "WRONGPASS", "NOPERM", "DENIED": .refused
            case "LOADING", "BUSY", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN": .unavailable
            default: text.contains("invalid password") || text.contains("AUTH") ? .refused : .invalid
            }
        return TriggerFailure(kind, "the Redis server\(address.map { " \($0)" } ?? "") says: \(text)")
    }

    private static func left(until deadline: MonotonicInstant) -> Duration {
        max(.milliseconds(1), deadline.duration(since: MonotonicClock.now()))
    }

    private static func encoded(_ command: [String]) -> [UInt8] {
        var bytes = Array("*\(command.count)\r\n".utf8)
        for word in command { bytes += Array("$\(word.utf8.count)\r\n".utf8) + Array(word.utf8) + [0x0D, 0x0A] }
        return bytes
    }
}

extension HTTPClient.TLSSettings {
    init(_ trust: HTTPClients.Trust) {
        self.init()
        self.certificateAuthority = trust.certificateAuthority.map { Array($0.utf8) }
        self.clientCertificate = trust.certificate.map { Array($0.utf8) }
        self.clientKey = trust.key.map { Array($0.utf8) }
        self.verifiesServer = trust.verifiesServer
    }
}
