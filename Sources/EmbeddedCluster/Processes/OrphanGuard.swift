import CChildProcess
import Glibc
import Synchronization

/// A process beside this one that kills the replicas' process groups when this one is gone, however it went.
///
/// The kernel's parent-death signal ends the replicas themselves; what they started in turn is the guard's to end.
final class OrphanGuard: Sendable {
    private struct State {
        var pid: pid_t?
        var control: CInt = -1
        var groups: Set<pid_t> = []
    }

    private let marker: String
    private let state = Mutex(State())

    /// - Parameter marker: What stands in the environment of every replica and of nobody else, as `NAME=value`; it finds
    ///   processes that have left their group.
    init(marker: String) throws(SystemError) {
        self.marker = marker
        try self.state.withLock { state throws(SystemError) in try self.start(&state) }
    }

    deinit {
        self.stop()
    }

    func add(_ group: pid_t) {
        self.state.withLock { state in
            state.groups.insert(group)
            self.tell(&state) { pl_guard_add($0, group) }
        }
    }

    /// The group is empty: its number may soon be another's.
    func remove(_ group: pid_t) {
        self.state.withLock { state in
            guard state.groups.remove(group) != nil else { return }
            self.tell(&state) { pl_guard_remove($0, group) }
        }
    }

    /// Lets the guard kill what is left, and waits for it to end.
    func stop() {
        self.state.withLock { state in
            guard let pid = state.pid else { return }
            close(state.control)
            waitpid(pid, nil, 0)
            state.pid = nil
            state.control = -1
        }
    }

    private func start(_ state: inout State) throws(SystemError) {
        var control: CInt = -1
        let pid = pl_guard_start(self.marker, &control)
        guard pid > 0 else { throw SystemError("fork", -pid) }
        state.pid = pid
        state.control = control
        for group in state.groups { _ = pl_guard_add(control, group) }
    }

    /// A guard that was killed is replaced, and told everything again.
    private func tell(_ state: inout State, _ message: (CInt) -> CInt) {
        guard state.pid != nil, message(state.control) != 0 else { return }
        close(state.control)
        if let pid = state.pid { waitpid(pid, nil, 0) }
        state.pid = nil
        try? self.start(&state)
    }
}
