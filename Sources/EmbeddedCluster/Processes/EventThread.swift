import CChildProcess
import Glibc
import Synchronization

/// A thread that waits for descriptors to become readable and does small pieces of work, one after another.
///
/// It lives from `init` to `stop`. Handlers run on the thread and must not block.
final class EventThread: Sendable {
    typealias Token = UInt64

    private struct State {
        var work: [@Sendable () -> Void] = []
        var handlers: [Token: @Sendable () -> Void] = [:]
        var nextToken: Token = 1
        var isStopping = false
        var thread: pthread_t?
    }

    /// The token of the descriptor that wakes the thread.
    private static let wakeToken: Token = 0

    private let name: String
    private let poller: CInt
    private let wake: CInt
    private let state = Mutex(State())

    /// - Parameter name: At most 15 bytes are shown by the system.
    init(name: String) throws(SystemError) {
        self.name = name
        self.poller = pl_poller_make()
        self.wake = pl_wake_make()
        guard self.poller >= 0, self.wake >= 0,
            pl_poller_add(self.poller, self.wake, Self.wakeToken, UInt32(PL_READABLE)) == 0
        else { throw SystemError("epoll") }
        // The thread keeps itself alive until it is stopped.
        let reference = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let outcome = pthread_create(&thread, nil, Self.main, reference.toOpaque())
        guard outcome == 0 else {
            reference.release()
            throw SystemError("pthread_create", outcome)
        }
        self.state.withLock { $0.thread = thread }
    }

    deinit {
        close(self.poller)
        close(self.wake)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let this = Unmanaged<EventThread>.fromOpaque(argument).takeRetainedValue()
        pl_thread_name(this.name)
        this.loop()
        return nil
    }

    /// Runs `work` on the thread, in the order of the calls.
    ///
    /// After `stop` nothing runs any more.
    func submit(_ work: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.work.append(work) }
        self.ring()
    }

    /// Calls `handler` on the thread whenever the descriptor is readable, until `ignore`.
    func watch(_ descriptor: CInt, handler: @escaping @Sendable () -> Void) throws(SystemError) -> Token {
        let token = self.state.withLock { state in
            let token = state.nextToken
            state.nextToken += 1
            state.handlers[token] = handler
            return token
        }
        guard pl_poller_add(self.poller, descriptor, token, UInt32(PL_READABLE)) == 0 else {
            let error = SystemError("epoll_ctl")
            self.state.withLock { $0.handlers[token] = nil }
            throw error
        }
        return token
    }

    /// The descriptor may be closed afterwards.
    func ignore(_ descriptor: CInt, _ token: Token) {
        pl_poller_remove(self.poller, descriptor)
        self.state.withLock { $0.handlers[token] = nil }
    }

    /// Ends the thread after the work submitted so far, and waits for it; not to be called on the thread itself.
    func stop() {
        let thread = self.state.withLock { state in
            state.isStopping = true
            defer { state.thread = nil }
            return state.thread
        }
        guard let thread else { return }
        self.ring()
        pthread_join(thread, nil)
    }

    private func ring() {
        var one: UInt64 = 1
        _ = write(self.wake, &one, MemoryLayout<UInt64>.size)
    }

    private func loop() {
        var events = [pl_event](repeating: pl_event(), count: 64)
        while true {
            let count = pl_poller_wait(self.poller, &events, CInt(events.count), -1)
            for event in events.prefix(Int(max(0, count))) {
                if event.token == Self.wakeToken {
                    var rings: UInt64 = 0
                    _ = read(self.wake, &rings, MemoryLayout<UInt64>.size)
                } else {
                    // A handler before this one may have made it ignore the descriptor.
                    let handler = self.state.withLock { $0.handlers[event.token] }
                    handler?()
                }
            }
            let (work, isStopping) = self.state.withLock { state in
                defer { state.work = [] }
                return (state.work, state.isStopping)
            }
            for piece in work { piece() }
            if isStopping { return }
        }
    }
}
