import CCurl
import Synchronization

/// The way from any task to the thread that runs the transfers.
final class CurlLoopHandle: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        case cancel(Transfer)
        case resume(Transfer)
    }

    struct Inbox {
        var commands: [Command] = []
        var isStopping = false
    }

    private struct State {
        /// The address of the thread's handle, for `curl_multi_wakeup` alone, the one call that libcurl allows from other
        /// threads; 0 once the thread has ended and must not be woken.
        var multi: UInt
        var inbox = Inbox()
    }

    private let state: Mutex<State>

    init(multi: UnsafeMutableRawPointer) {
        self.state = Mutex(State(multi: UInt(bitPattern: multi)))
    }

    /// - Returns: `false` when the client was shut down and nothing will come of the command.
    func post(_ command: Command) -> Bool {
        self.state.withLock { state in
            guard !state.inbox.isStopping, let multi = UnsafeMutableRawPointer(bitPattern: state.multi) else {
                return false
            }
            state.inbox.commands.append(command)
            curl_multi_wakeup(multi)
            return true
        }
    }

    func stop() {
        self.state.withLock { state in
            state.inbox.isStopping = true
            if let multi = UnsafeMutableRawPointer(bitPattern: state.multi) { curl_multi_wakeup(multi) }
        }
    }

    /// What was posted since the last call.
    func takeInbox() -> Inbox {
        self.state.withLock { state in
            let inbox = state.inbox
            state.inbox.commands = []
            return inbox
        }
    }

    /// The thread is about to end; after this nobody wakes it.
    func close() {
        self.state.withLock { $0.multi = 0 }
    }
}
