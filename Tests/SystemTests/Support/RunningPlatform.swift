import Foundation
import Glibc
import StructuredData
import Synchronization
import TestSupport

/// The built program as a user runs it, in a folder of its own.
final class RunningPlatform: @unchecked Sendable {
    /// The program, out of PILOTLIGHT_PROGRAM; `make test` sets it.
    static let program = ProcessInfo.processInfo.environment["PILOTLIGHT_PROGRAM"]
    static var isAvailable: Bool { Self.program != nil }
    /// Where the package lies, with the models of the quickstart and ONNX Runtime.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    let folder: URL
    let port: Int
    let admin: Int
    private let arguments: [String]
    private let process = Mutex<Process?>(nil)

    var services: URL { self.folder.appendingPathComponent("services") }
    var data: URL { self.folder.appendingPathComponent("data") }
    private var outputFile: URL { self.folder.appendingPathComponent("output") }

    private init(arguments: [String]) throws {
        self.arguments = arguments
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("pilotlight-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: self.folder.appendingPathComponent("services"),
            withIntermediateDirectories: true
        )
        self.port = try Self.freePort()
        self.admin = try Self.freePort()
    }

    /// Runs `body` beside a platform that serves `manifests`; everything it started is gone afterwards, pass or fail.
    static func run(
        _ manifests: [String: String],
        arguments: [String] = [],
        _ body: @escaping @Sendable (RunningPlatform) async throws -> Void
    ) async throws {
        let platform = try RunningPlatform(arguments: arguments)
        defer { platform.destroy() }
        for (name, text) in manifests { try platform.write(name, text) }
        try await platform.start()
        try await body(platform)
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(to: self.services.appendingPathComponent("\(name).yaml"), atomically: true, encoding: .utf8)
    }

    // MARK: The process

    func start() async throws {
        if !FileManager.default.fileExists(atPath: self.outputFile.path) {
            try Data().write(to: self.outputFile)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program ?? "/nonexistent")
        process.arguments =
            [
                "up", self.services.path, "--listen", "127.0.0.1:\(self.port)", "--admin", "127.0.0.1:\(self.admin)",
                "--data-dir", self.data.path,
            ] + self.arguments
        process.currentDirectoryURL = Self.root
        let output = try FileHandle(forWritingTo: self.outputFile)
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process.withLock { $0 = process }
        try await self.eventually("the platform listens") {
            try await self.get("/healthz", port: self.admin).status == 200
        }
    }

    /// Ends it as Control-C would, and waits.
    @discardableResult
    func stop() async throws -> Int32 {
        guard let process = self.process.withLock({ $0 }) else { return -1 }
        process.terminate()
        try await self.eventually("it ends", seconds: 30) { !process.isRunning }
        return process.terminationStatus
    }

    func kill() {
        guard let process = self.process.withLock({ $0 }) else { return }
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    private func destroy() {
        if let process = self.process.withLock({ $0 }), process.isRunning {
            process.terminate()
            let deadline = Date().addingTimeInterval(15)
            while process.isRunning, Date() < deadline { usleep(10_000) }
            if process.isRunning { self.kill() }
        }
        try? FileManager.default.removeItem(at: self.folder)
    }

    /// What it printed.
    var output: String { (try? String(contentsOf: self.outputFile, encoding: .utf8)) ?? "" }

    /// Process IDs of replicas: whatever was started with something in the data directory.
    ///
    /// - Throws: When processes cannot be listed: that is not the same as that there are none.
    var replicaProcesses: [Int32] {
        get throws {
            let own = self.process.withLock { $0?.processIdentifier }
            guard let folder = opendir("/proc") else { throw TCPSocket.Failure(description: "/proc: errno \(errno)") }
            defer { closedir(folder) }
            var found: [Int32] = []
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard let pid = Int32(name), pid != own, Self.commandLine(pid).contains("\(self.data.path)/pods/")
                else {
                    continue
                }
                found.append(pid)
            }
            return found
        }
    }

    private static func commandLine(_ pid: Int32) -> String {
        guard let file = fopen("/proc/\(pid)/cmdline", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    // MARK: Requests

    func get(_ path: String, port: Int, host: String = "localhost") async throws -> HTTPAnswer {
        try await onThread {
            let socket = try TCPSocket.connect(port: port)
            try socket.send("GET \(path) HTTP/1.1\r\nhost: \(host)\r\nconnection: close\r\n\r\n")
            return try socket.receiveResponse()
        }
    }

    func predict(_ service: String, _ body: String) async throws -> HTTPAnswer {
        let request = Self.prediction(service, body)
        return try await onThread {
            let socket = try TCPSocket.connect(port: self.port)
            try socket.send(request)
            return try socket.receiveResponse()
        }
    }

    static func prediction(_ service: String, _ body: String) -> String {
        "POST /v1/models/\(service):predict HTTP/1.1\r\nhost: \(service).default.localhost\r\n"
            + "content-type: application/json\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// A command of the program, with this platform's addresses.
    func command(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        try await onThread {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Self.program ?? "/nonexistent")
            process.arguments = arguments
            process.currentDirectoryURL = Self.root
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: output, as: UTF8.self))
        }
    }

    var adminURL: String { "http://127.0.0.1:\(self.admin)" }

    // MARK: Waiting

    func eventually(
        _ what: String,
        seconds: Double = 60,
        _ condition: @Sendable () async throws -> Bool
    ) async throws {
        let deadline = Date().addingTimeInterval(seconds)
        var last = "no"
        while Date() < deadline {
            do {
                if try await condition() { return }
            } catch {
                last = "\(error)"
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw TCPSocket.Failure(description: "not within \(seconds) s: \(what) (\(last))\n\(self.output.suffix(3000))")
    }

    private static func freePort() throws -> Int {
        let (socket, port) = try TCPSocket.listen()
        socket.stopListening()
        return port
    }
}
