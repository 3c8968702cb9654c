import Synchronization

/// The process that came of a request, once there is one.
final class StartedChild: Sendable {
    private let value = Mutex<ChildProcess?>(nil)

    var child: ChildProcess? { self.value.withLock { $0 } }

    func set(_ child: ChildProcess) { self.value.withLock { $0 = child } }
}
