import CChildProcess
import Glibc
import Synchronization

/// Carries what containers write from their pipes into their files, on one thread.
final class LogPump: Sendable {
    private let thread: EventThread

    init() throws(SystemError) {
        self.thread = try EventThread(name: "replica-logs")
    }

    /// Makes a pipe whose other end fills `file`.
    func connect(to file: LogFile) throws(SystemError) -> LogPipe {
        var reading: CInt = -1
        var writing: CInt = -1
        guard pl_pipe_make(&reading, &writing) == 0 else { throw SystemError("pipe") }
        let pipe = LogPipe(reading: reading, writing: writing, file: file)
        do {
            let token = try self.thread.watch(reading) { [thread] in
                if pipe.move(limit: 4) == .ended { pipe.end(thread) }
            }
            pipe.setToken(token)
            return pipe
        } catch {
            close(reading)
            close(writing)
            throw error
        }
    }

    /// Takes over what still lies in the pipe of a process that has ended, closes it, and calls `completion`.
    func drain(_ pipe: LogPipe, completion: @escaping @Sendable () -> Void) {
        self.thread.submit { [thread] in
            // A process that left its group may write on for ever: this is not waited for.
            _ = pipe.move(limit: 64)
            pipe.end(thread)
            completion()
        }
    }

    func stop() {
        self.thread.stop()
    }
}

/// The pipe of one process.
///
/// Only the pump's thread reads and ends it.
final class LogPipe: Sendable {
    enum Progress: Sendable {
        case more, ended
    }

    private struct State {
        var token: EventThread.Token?
        var isOpen = true
    }

    /// The container's end; closed by whoever has started the process.
    let writing: CInt
    private let reading: CInt
    private let file: LogFile
    private let state = Mutex(State())

    fileprivate init(reading: CInt, writing: CInt, file: LogFile) {
        self.reading = reading
        self.writing = writing
        self.file = file
    }

    fileprivate func setToken(_ token: EventThread.Token) {
        self.state.withLock { $0.token = token }
    }

    /// Moves what is there, at most `limit` pieces of 64 KiB.
    fileprivate func move(limit: Int) -> Progress {
        guard self.state.withLock({ $0.isOpen }) else { return .ended }
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
            for _ in 0..<limit {
                let count = read(self.reading, buffer.baseAddress, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count < 0 { return errno == EAGAIN ? .more : .ended }
                if count == 0 { return .ended }
                self.file.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return .more
        }
    }

    fileprivate func end(_ thread: EventThread) {
        let token = self.state.withLock { state -> EventThread.Token? in
            guard state.isOpen else { return nil }
            state.isOpen = false
            return state.token
        }
        guard let token else { return }
        thread.ignore(self.reading, token)
        close(self.reading)
    }
}
