import Foundation

/// Real servers that tests talk to; each is gone before its function returns, pass or fail.
public enum Servers {
    /// Redis.
    ///
    /// - Parameters:
    ///   - configuration: Further lines of its configuration: `requirepass secret`.
    ///   - tls: Listens with TLS instead of in the open.
    public static func redis<Result>(
        configuration: [String] = [],
        tls: TestCertificates? = nil,
        _ body: (ServerProcess) async throws -> Result
    ) async throws -> Result {
        try await ServerProcess.with { folder, port in
            var lines = ["bind 127.0.0.1", "dir \(folder)", "save \"\"", "appendonly no"] + configuration
            if let tls {
                lines += [
                    "port 0", "tls-port \(port)", "tls-cert-file \(tls.certificatePath)", "tls-key-file \(tls.keyPath)",
                    "tls-ca-cert-file \(tls.authorityPath)", "tls-auth-clients no",
                ]
            } else {
                lines.append("port \(port)")
            }
            let file = "\(folder)/redis.conf"
            try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
            return .init(.redis, [file])
        } _: {
            try await body($0)
        }
    }

    /// NATS with JetStream; `body` gets the server, whose port is that of clients, and the port of its monitoring.
    public static func nats<Result>(
        _ body: (ServerProcess, _ monitoringPort: Int) async throws -> Result
    ) async throws -> Result {
        let monitoringPort = try FreePort.pick()
        return try await ServerProcess.with { folder, port in
            .init(
                .nats,
                [
                    "--jetstream", "--store_dir", "\(folder)/store", "--addr", "127.0.0.1", "--port", "\(port)",
                    "--http_port", "\(monitoringPort)",
                ]
            )
        } _: {
            try await body($0, monitoringPort)
        }
    }

    /// PostgreSQL with the superuser `postgres` and the password `s3cret`, over TCP only.
    public static func postgres<Result>(_ body: (ServerProcess) async throws -> Result) async throws -> Result {
        let user = getuid() == 0 ? "postgres" : nil
        return try await ServerProcess.with { folder, port in
            let password = "\(folder)/password"
            try "s3cret".write(toFile: password, atomically: true, encoding: .utf8)
            if let user { try await ServerProcess.run(["chown", "-R", "\(user):", folder]) }
            let initdb = ServerProgram("initdb", package: "postgresql")
            try await ServerProcess.run(
                ServerProcess.prefix(user: user) + [
                    initdb.path ?? "initdb", "-D", "\(folder)/data", "-U", "postgres", "--auth=scram-sha-256",
                    "--pwfile=\(password)", "--no-sync",
                ]
            )
            return .init(
                .postgres,
                [
                    "-D", "\(folder)/data", "-p", "\(port)", "-h", "127.0.0.1", "-k", "", "-F", "-c",
                    "dynamic_shared_memory_type=mmap",
                ],
                user: user,
                signal: "INT",
                readiness: [
                    ServerProgram("pg_isready", package: "postgresql").path ?? "pg_isready", "-h", "127.0.0.1", "-p",
                    "\(port)",
                ]
            )
        } _: {
            try await body($0)
        }
    }

    /// Prometheus that watches nothing but itself, every second.
    public static func prometheus<Result>(_ body: (ServerProcess) async throws -> Result) async throws -> Result {
        try await ServerProcess.with { folder, port in
            let configuration = """
                global: {scrape_interval: 1s}
                scrape_configs:
                - job_name: prometheus
                  static_configs: [{targets: ["127.0.0.1:\(port)"]}]
                """
            let file = "\(folder)/prometheus.yml"
            try configuration.write(toFile: file, atomically: true, encoding: .utf8)
            return .init(
                .prometheus,
                [
                    "--config.file=\(file)", "--storage.tsdb.path=\(folder)/data",
                    "--web.listen-address=127.0.0.1:\(port)",
                ]
            )
        } _: {
            try await body($0)
        }
    }

    /// A stand-in for Amazon's services, SQS among them.
    public static func moto<Result>(
        environment: [String: String] = [:],
        _ body: (ServerProcess) async throws -> Result
    ) async throws -> Result {
        try await ServerProcess.with { _, port in
            .init(.moto, ["-H", "127.0.0.1", "-p", "\(port)"], environment: environment)
        } _: {
            try await body($0)
        }
    }
}
