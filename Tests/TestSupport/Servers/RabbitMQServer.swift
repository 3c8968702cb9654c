import Foundation

/// A RabbitMQ broker with its management plugin, of a test's own.
public struct RabbitMQServer: Sendable {
    public let process: ServerProcess
    public let managementPort: Int
    /// `nil` when the broker does not speak TLS.
    public let tlsPort: Int?

    /// Where clients connect in the clear.
    public var port: Int { self.process.port }
    public var uri: String { "amqp://guest:guest@127.0.0.1:\(self.port)" }
    public var managementURL: String { "http://guest:guest@127.0.0.1:\(self.managementPort)" }

    /// Starts it again after `process.stop()`, with what it kept.
    public func start() async throws {
        try await self.process.start()
        try await self.waitForManagement()
    }

    /// The management plugin listens a little later than the broker.
    fileprivate func waitForManagement() async throws {
        for _ in 0..<2400 {
            if (try? TCPSocket.connect(port: self.managementPort)) != nil { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TCPSocket.Failure(description: "the management plugin of RabbitMQ did not start")
    }

    /// Asks the management plugin, as `guest`.
    ///
    /// - Returns: The body of the answer.
    @discardableResult
    public func manage(_ method: String, _ path: String, body: String? = nil) async throws -> String {
        try await onThread {
            let socket = try TCPSocket.connect(port: self.managementPort)
            var head = "\(method) \(path) HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic Z3Vlc3Q6Z3Vlc3Q=\r\n"
            head += "connection: close\r\n"
            if let body { head += "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n" }
            try socket.send("\(head)\r\n\(body ?? "")")
            let answer = try socket.receiveResponse()
            guard answer.status < 300 else {
                throw TCPSocket.Failure(description: "\(method) \(path): \(answer.status) \(answer.text)")
            }
            return answer.text
        }
    }
}

extension ServerProgram {
    /// The script behind the one in the path: that one changes the user, which needs root.
    public static let rabbitMQ = ServerProgram(
        "rabbitmq-server",
        package: "rabbitmq-server",
        folder: "/usr/lib/rabbitmq/bin"
    )
    public static let kcat = ServerProgram("kcat", package: "kcat")
}

extension Servers {
    /// RabbitMQ with its management plugin, on loopback only.
    ///
    /// - Parameter tls: Listens with TLS too.
    public static func rabbitMQ<Result>(
        tls: TestCertificates? = nil,
        _ body: (RabbitMQServer) async throws -> Result
    ) async throws -> Result {
        let (managementPort, distributionPort, mapperPort) = try (FreePort.pick(), FreePort.pick(), FreePort.pick())
        let tlsPort = tls == nil ? nil : try FreePort.pick()
        do {
            let result = try await ServerProcess.with { folder, port in
                var lines = [
                    "listeners.tcp.1 = 127.0.0.1:\(port)", "management.tcp.ip = 127.0.0.1",
                    "management.tcp.port = \(managementPort)", "loopback_users = none",
                    "log.file.level = warning", "collect_statistics_interval = 1000",
                ]
                if let tls, let tlsPort {
                    lines += [
                        "listeners.ssl.1 = 127.0.0.1:\(tlsPort)", "ssl_options.cacertfile = \(tls.authorityPath)",
                        "ssl_options.certfile = \(tls.certificatePath)", "ssl_options.keyfile = \(tls.keyPath)",
                        "ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = false",
                    ]
                }
                let configuration = "\(folder)/rabbitmq.conf"
                let plugins = "\(folder)/enabled_plugins"
                try lines.joined(separator: "\n").write(toFile: configuration, atomically: true, encoding: .utf8)
                try "[rabbitmq_management].".write(toFile: plugins, atomically: true, encoding: .utf8)
                return .init(
                    .rabbitMQ,
                    [],
                    environment: [
                        "RABBITMQ_NODENAME": "pilotlight\(port)@localhost", "RABBITMQ_CONFIG_FILE": configuration,
                        "RABBITMQ_ENABLED_PLUGINS_FILE": plugins, "RABBITMQ_MNESIA_BASE": "\(folder)/mnesia",
                        "RABBITMQ_LOG_BASE": "\(folder)/log", "RABBITMQ_DIST_PORT": "\(distributionPort)",
                        // Without a shell in between, which would pass signals on by starting another Erlang.
                        "RUNNING_UNDER_SYSTEMD": "true", "ERL_EPMD_ADDRESS": "127.0.0.1",
                        "ERL_EPMD_PORT": "\(mapperPort)", "HOME": folder,
                        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                            "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
                    ]
                )
            } _: { process in
                let server = RabbitMQServer(process: process, managementPort: managementPort, tlsPort: tlsPort)
                try await server.waitForManagement()
                return try await body(server)
            }
            await Self.stopPortMapper(mapperPort)
            return result
        } catch {
            await Self.stopPortMapper(mapperPort)
            throw error
        }
    }

    /// Erlang starts a daemon that maps names to ports and leaves it behind.
    private static func stopPortMapper(_ port: Int) async {
        try? await ServerProcess.run(["epmd", "-port", "\(port)", "-kill"])
    }
}
