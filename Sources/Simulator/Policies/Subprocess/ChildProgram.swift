import Glibc

/// A child process that is talked to by lines over its standard input and output.
///
/// It ends with the last reference: killed, and waited for.
final class ChildProgram: @unchecked Sendable {
    // The descriptor and the buffer are used under the lock of the one conversation that owns this.
    private let process: pid_t
    private let socket: Int32
    private var buffer: [UInt8] = []

    /// A line above that is no answer to a question about replicas.
    static let longestLine = 1 << 20

    struct Failure: Error {
        let reason: String
    }

    init(command: [String]) throws(Failure) {
        guard let program = command.first else { throw Failure(reason: "no program is named") }
        // A socket for both ways: unlike pipes it closes with an exec of any other child from the very beginning.
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw Failure(reason: Self.lastError) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var process: pid_t = 0
        let result = posix_spawnp(&process, program, &actions, nil, &arguments, environ)
        close(ends[1])
        guard result == 0 else {
            close(ends[0])
            throw Failure(reason: String(cString: strerror(result)))
        }
        self.process = process
        self.socket = ends[0]
        _ = fcntl(self.socket, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(self.socket)
        kill(self.process, SIGKILL)
        var status: Int32 = 0
        waitpid(self.process, &status, 0)
    }

    func write(line: [UInt8], timeoutSeconds: Double) throws(Failure) {
        let bytes = line + [0x0A]
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                send(
                    self.socket,
                    buffer.baseAddress.map { $0 + written },
                    buffer.count - written,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                try self.wait(self.socket, Int16(POLLOUT), timeoutSeconds, "does not read its input")
            } else if errno != EINTR {
                throw Failure(reason: errno == EPIPE || errno == ECONNRESET ? "it has ended" : Self.lastError)
            }
        }
    }

    func readLine(timeoutSeconds: Double) throws(Failure) -> [UInt8] {
        var scanned = 0
        while true {
            if let end = self.buffer[scanned...].firstIndex(of: 0x0A) {
                let line = Array(self.buffer[..<end])
                self.buffer.removeFirst(end + 1)
                return line
            }
            scanned = self.buffer.count
            guard scanned <= Self.longestLine else {
                throw Failure(reason: "its answer is longer than \(Self.longestLine) bytes")
            }
            try self.wait(self.socket, Int16(POLLIN), timeoutSeconds, "does not answer")
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = Glibc.read(self.socket, &chunk, chunk.count)
            guard count != 0 else { throw Failure(reason: "it has ended") }
            if count > 0 {
                self.buffer += chunk[..<count]
            } else if errno != EAGAIN, errno != EINTR {
                throw Failure(reason: errno == ECONNRESET ? "it has ended" : Self.lastError)
            }
        }
    }

    private func wait(_ descriptor: Int32, _ event: Int16, _ seconds: Double, _ what: String) throws(Failure) {
        var entry = pollfd(fd: descriptor, events: event, revents: 0)
        let result = poll(&entry, 1, Int32(min(seconds * 1000, 1e9).rounded(.up)))
        guard result != 0 else { throw Failure(reason: "it \(what) within \(seconds) s") }
        guard result > 0 || errno == EINTR else { throw Failure(reason: Self.lastError) }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
