import ServingAPI
import Synchronization

/// Every revision that there is, for those who report on all of them.
final class RevisionDirectory: Sendable {
    private let runtimes = Mutex<[RevisionID: RevisionRuntime]>([:])

    func add(_ runtime: RevisionRuntime) {
        self.runtimes.withLock { $0[runtime.id] = runtime }
    }

    func remove(_ id: RevisionID) {
        self.runtimes.withLock { $0[id] = nil }
    }

    func runtime(_ id: RevisionID) -> RevisionRuntime? {
        self.runtimes.withLock { $0[id] }
    }

    var all: [RevisionRuntime] {
        self.runtimes.withLock { Array($0.values) }
    }
}
