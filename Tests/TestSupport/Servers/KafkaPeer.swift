import Foundation
import Synchronization

/// A Kafka cluster for one test: the process `kafka-peer`, or the cluster that `KAFKA_BOOTSTRAP_SERVERS` names.
///
/// The process ends when its standard input closes, so with the test run at the latest.
public final class KafkaPeer: Sendable {
    private struct Running {
        let process: Process
        let input: FileHandle
        let output: FileHandle
        var unread: [UInt8] = []
    }

    /// Where clients begin: `host:port,host:port`.
    public let bootstrapServers: String
    /// `nil` for a cluster that was there before and stays.
    private let running: Mutex<Running?>

    /// The cluster to test against instead of a process of one's own.
    public static let realCluster = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"].flatMap {
        $0.isEmpty ? nil : $0
    }

    /// Whether brokers can be stopped and made to fail.
    public var takesCommands: Bool { self.running.withLock { $0 != nil } }

    /// The process's identifier; `nil` for a real cluster.
    public var processIdentifier: Int32? { self.running.withLock { $0?.process.processIdentifier } }

    private init(bootstrapServers: String, running: sending Running?) {
        self.bootstrapServers = bootstrapServers
        self.running = Mutex(running)
    }

    /// Runs `body` against a fresh cluster, which is gone before this returns, pass or fail.
    ///
    /// - Parameter topics: `name:partitions:replicas` each; a real cluster must have them.
    public static func with<Result>(
        brokers: Int = 1,
        topics: [String] = [],
        _ body: (KafkaPeer) async throws -> Result
    ) async throws -> Result {
        if let realCluster { return try await body(KafkaPeer(bootstrapServers: realCluster, running: nil)) }
        let peer = try await onThread { try Self.start(brokers: brokers, topics: topics) }
        do {
            let result = try await body(peer)
            await peer.stop()
            return result
        } catch {
            await peer.stop()
            throw error
        }
    }

    /// Has the process do something: `down 1`, `up 1`, `topic name:4:1`, `delay 1 500`; see `Tests/KafkaPeer`.
    public func command(_ line: String) async throws {
        let answer = try await onThread {
            try self.running.withLock { running in
                guard var peer = running else { return "a real cluster takes no commands" }
                try peer.input.write(contentsOf: Data("\(line)\n".utf8))
                let answer = Self.readLine(&peer)
                running = peer
                return answer
            }
        }
        guard answer == "{\"ok\":true}" else { throw TCPSocket.Failure(description: "kafka-peer: \(line): \(answer)") }
    }

    private func stop() async {
        let process = self.running.withLock { running in
            try? running?.input.close()
            return running?.process
        }
        _ = try? await onThread { process?.waitUntilExit() }
    }

    private static func start(brokers: Int, topics: [String]) throws -> KafkaPeer {
        guard let program = Self.program else {
            throw TCPSocket.Failure(description: "kafka-peer is not built: swift build --product kafka-peer")
        }
        let process = Process()
        let (input, output) = (Pipe.ofOneChild(), Pipe.ofOneChild())
        process.executableURL = URL(filePath: program)
        process.arguments = ["--brokers", "\(brokers)", "--topics"] + topics
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var running = Running(
            process: process,
            input: input.fileHandleForWriting,
            output: output.fileHandleForReading
        )
        let line = Self.readLine(&running)
        let description = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        guard let servers = description?["bootstrapServers"] as? String else {
            throw TCPSocket.Failure(description: "kafka-peer did not start: \(line)")
        }
        return KafkaPeer(bootstrapServers: servers, running: running)
    }

    private static func readLine(_ running: inout Running) -> String {
        while true {
            if let end = running.unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { running.unread.removeSubrange(...end) }
                return String(decoding: running.unread[..<end], as: UTF8.self)
            }
            let more = running.output.availableData
            if more.isEmpty { return String(decoding: running.unread, as: UTF8.self) }
            running.unread += more
        }
    }

    /// Built beside the tests.
    private static let program: String? = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path()
        return ["\(URL(filePath: own).deletingLastPathComponent().path())kafka-peer", "\(root).build/debug/kafka-peer"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}
