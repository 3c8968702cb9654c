import Foundation
import Synchronization

/// A server of the system, in a process and a folder of its own, on a free port of this machine.
///
/// It ends with the test run at the latest: it is watched by a shell that kills it when its standard input closes.
public final class ServerProcess: Sendable {
    /// How to start it, given its folder.
    public struct Command: Sendable {
        public var program: ServerProgram
        public var arguments: [String]
        public var environment: [String: String]
        /// Runs as this user when the tests run as root, for servers that refuse root.
        public var user: String?
        /// What makes it end: `TERM`, `INT`.
        public var signal: String
        /// A command that succeeds once the server is ready; `nil` where taking connections means that.
        public var readiness: [String]?

        public init(
            _ program: ServerProgram,
            _ arguments: [String],
            environment: [String: String] = [:],
            user: String? = nil,
            signal: String = "TERM",
            readiness: [String]? = nil
        ) {
            self.program = program
            self.arguments = arguments
            self.environment = environment
            self.user = user
            self.signal = signal
            self.readiness = readiness
        }
    }

    private struct Running {
        let process: Process
        let input: Pipe
    }

    public let port: Int
    /// Where the server keeps what it keeps; its output lies in `output.log` there.
    public let folder: String
    private let command: Command
    private let running = Mutex<Running?>(nil)

    /// Waits for the server, passed as arguments, and kills it when nobody holds the other end of its input any more.
    ///
    /// The last resort is called off when it is not needed: whoever waits for the shell waits for all that it started.
    private static let watchman = """
        signal=$1; shift
        exec 3<&0
        "$@" </dev/null 3<&- &
        child=$!
        cat <&3 >/dev/null
        kill -s "$signal" $child 2>/dev/null
        ( trap 'kill $nap; exit' TERM; sleep 5 & nap=$!; wait $nap; kill -s KILL $child ) >/dev/null 2>&1 &
        wait $child
        kill $! 2>/dev/null
        """

    public init(port: Int, folder: String, command: Command) {
        self.port = port
        self.folder = folder
        self.command = command
    }

    /// Starts the server and waits until it takes connections.
    public func start() async throws {
        guard let program = self.command.program.path else {
            throw TCPSocket.Failure(description: self.command.program.comment)
        }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments =
            ["-c", Self.watchman, "server", self.command.signal]
            + Self.prefix(user: self.command.user) + [program] + self.command.arguments
        process.environment = ProcessInfo.processInfo.environment.merging(self.command.environment) { $1 }
        process.currentDirectoryURL = URL(filePath: self.folder)
        let log = "\(self.folder)/output.log"
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(filePath: log)) }
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        try output.seekToEnd()
        let input = Pipe.ofOneChild()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try Self.withoutBlockedSignals { try process.run() }
        self.running.withLock { $0 = Running(process: process, input: input) }
        for _ in 0..<2400 {
            if await self.isReady() { return }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        throw TCPSocket.Failure(description: "\(self.command.program.name) did not start: \(said.suffix(2000))")
    }

    /// Threads that run tasks block signals, and a child would inherit that and be deaf to being asked to end.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    private func isReady() async -> Bool {
        guard (try? TCPSocket.connect(port: self.port)) != nil else { return false }
        guard let readiness = self.command.readiness else { return true }
        return (try? await Self.run(readiness)) != nil
    }

    /// Stops the server and waits for its end; its folder stays, so that it can be started again.
    public func stop() async {
        let running = self.running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let running else { return }
        try? running.input.fileHandleForWriting.close()
        // Not on a thread of the pool that runs tasks: others wait there.
        _ = try? await onThread { running.process.waitUntilExit() }
    }

    /// Words before a command that give up root's rights.
    public static func prefix(user: String?) -> [String] {
        guard let user, getuid() == 0 else { return [] }
        return ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--init-groups"]
    }

    /// Runs a program to its end.
    public static func run(_ command: [String], environment: [String: String] = [:]) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        let said = try await onThread {
            try process.run()
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: bytes, as: UTF8.self)
        }
        guard process.terminationStatus == 0 else {
            throw TCPSocket.Failure(description: "\(command.joined(separator: " ")): \(said.suffix(2000))")
        }
    }
}

extension ServerProcess {
    /// Runs `body` against a live server in a fresh folder; both are gone before this returns, pass or fail.
    ///
    /// - Parameter prepare: Puts into the folder what the server needs and says how to start it on the port.
    public static func with<Result>(
        prepare: (_ folder: String, _ port: Int) async throws -> Command,
        _ body: (ServerProcess) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pilotlight-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try FreePort.pick()
        let command = try await prepare(folder, port)
        let server = ServerProcess(port: port, folder: folder, command: command)
        do {
            try await server.start()
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }
}

extension Pipe {
    /// A pipe whose ends go to no other child that is started meanwhile.
    ///
    /// A child that holds the writing end of another's input keeps that one from ever seeing the end of it.
    static func ofOneChild() -> Pipe {
        let pipe = Pipe()
        for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
            _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        return pipe
    }
}

/// Ports that nobody listens on.
public enum FreePort {
    /// A port that was free a moment ago; the kernel does not hand it out again soon.
    public static func pick() throws -> Int {
        let (socket, port) = try TCPSocket.listen()
        socket.stopListening()
        return port
    }
}
