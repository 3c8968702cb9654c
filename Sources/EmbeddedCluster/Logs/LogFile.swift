import Glibc
import Synchronization

/// The output of one container, in a file that is set aside when it is full; one set-aside file is kept.
///
/// Positions count the bytes written since this object was made, so that a reader finds its place again after the file
/// was set aside under it.
final class LogFile: Sendable {
    struct Limits: Sendable, Equatable {
        /// Bytes of a file before it is set aside.
        var bytesPerFile = 8 * 1024 * 1024
    }

    private struct State {
        var descriptor: CInt = -1
        /// Where the present file begins, and where the one set aside does.
        var start = 0
        var previousStart = 0
        var size = 0
        var isClosed = false
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
    }

    private let path: String
    private let limits: Limits
    private let state: Mutex<State>

    /// Continues the file at `path`, or begins it.
    init(path: String, limits: Limits) throws(SystemError) {
        self.path = path
        self.limits = limits
        let descriptor = Self.open(path)
        guard descriptor >= 0 else { throw SystemError("open \(path)") }
        // Earlier output counts as written, so that it can be read like any other.
        let previous = Self.size(of: path + LogFile.previousSuffix)
        let size = Self.size(of: path)
        self.state = Mutex(State(descriptor: descriptor, start: previous, previousStart: 0, size: size))
    }

    static let previousSuffix = ".1"

    deinit {
        self.state.withLock { state in
            if state.descriptor >= 0 { Glibc.close(state.descriptor) }
        }
    }

    // MARK: Writing

    /// Appends what a container wrote.
    ///
    /// Output that cannot be written, on a full disk for instance, is lost.
    func append(_ bytes: UnsafeRawBufferPointer) {
        let followers = self.state.withLock { state -> [AsyncStream<Void>.Continuation] in
            if state.size > 0, state.size + bytes.count > self.limits.bytesPerFile { self.setAside(&state) }
            var written = 0
            while written < bytes.count {
                let count = write(state.descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                written += count
            }
            state.size += written
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield() }
    }

    /// No more will come: readers that follow come to an end.
    func close() {
        let followers = self.state.withLock { state in
            state.isClosed = true
            defer { state.followers = [:] }
            return state.followers.values
        }
        for follower in followers { follower.finish() }
    }

    private func setAside(_ state: inout State) {
        rename(self.path, self.path + Self.previousSuffix)
        let descriptor = Self.open(self.path)
        guard descriptor >= 0 else { return }
        Glibc.close(state.descriptor)
        state.descriptor = descriptor
        state.previousStart = state.start
        state.start += state.size
        state.size = 0
    }

    // MARK: Reading

    var isClosed: Bool { self.state.withLock { $0.isClosed } }

    /// The position behind the last byte.
    var end: Int { self.state.withLock { $0.start + $0.size } }

    /// Up to `count` bytes from `position` on, and where they begin: later than asked when what was asked is gone.
    func read(from position: Int, count: Int) -> (bytes: [UInt8], position: Int) {
        self.state.withLock { state in
            let position = max(position, state.previousStart)
            let isPrevious = position < state.start
            let bytes = Self.read(
                self.path + (isPrevious ? Self.previousSuffix : ""),
                from: position - (isPrevious ? state.previousStart : state.start),
                count: isPrevious ? min(count, state.start - position) : count
            )
            // A set-aside file that was taken away is skipped.
            if isPrevious, bytes.isEmpty { return ([], state.start) }
            return (bytes, position)
        }
    }

    /// The position of the beginning of the last `lines` lines, looking back at most `maximumBytes`.
    func position(ofLastLines lines: Int, maximumBytes: Int) -> Int {
        let end = self.end
        var position = max(0, end - maximumBytes)
        var bytes: [UInt8] = []
        while position + bytes.count < end {
            let part = self.read(from: position + bytes.count, count: end - position - bytes.count)
            if part.position > position + bytes.count {
                position = part.position
                bytes = []
            } else if part.bytes.isEmpty {
                break
            }
            bytes += part.bytes
        }
        var left = lines
        var index = bytes.count
        // The last byte ends the last line; the newline before it separates.
        while index > 0 {
            index -= 1
            guard bytes[index] == 0x0A, index != bytes.count - 1 else { continue }
            left -= 1
            if left == 0 { return position + index + 1 }
        }
        return lines == 0 ? end : position
    }

    /// The last lines as text, without the last newline.
    func lastLines(_ lines: Int, maximumBytes: Int) -> String {
        let start = self.position(ofLastLines: lines, maximumBytes: maximumBytes)
        var bytes: [UInt8] = []
        while start + bytes.count < self.end {
            let part = self.read(from: start + bytes.count, count: maximumBytes)
            if part.bytes.isEmpty { break }
            bytes += part.bytes
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A signal for every piece of output to come; it ends when the file is closed.
    func signals() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = self.state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            state.nextFollower += 1
            state.followers[state.nextFollower] = continuation
            return state.nextFollower
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.followers.removeValue(forKey: number) }
        }
        return stream
    }

    // MARK: Files

    private static func open(_ path: String) -> CInt {
        Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    }

    private static func size(of path: String) -> Int {
        var information = stat()
        return stat(path, &information) == 0 ? Int(information.st_size) : 0
    }

    private static func read(_ path: String, from offset: Int, count: Int) -> [UInt8] {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, count > 0 else { return [] }
        defer { Glibc.close(descriptor) }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
    }
}
