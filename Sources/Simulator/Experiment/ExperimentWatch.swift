import Synchronization

/// Looks at an experiment from outside: how far it is, and whether it should stop.
public final class ExperimentWatch: Sendable {
    /// How far an experiment is.
    public struct Progress: Sendable, Equatable {
        public var finishedRuns = 0
        public var expectedRuns = 0
        /// Of finished runs.
        public var events: UInt64 = 0
    }

    private let state = Mutex(Progress())
    private let stop = Atomic(false)

    public init() {}

    public var progress: Progress { self.state.withLock { $0 } }
    public var isStopped: Bool { self.stop.load(ordering: .relaxed) }

    /// Ends the experiment soon; what is known so far is its outcome.
    public func requestStop() { self.stop.store(true, ordering: .relaxed) }

    func expect(_ runs: Int) { self.state.withLock { $0.expectedRuns += runs } }

    func finishOne(events: UInt64) {
        self.state.withLock { progress in
            progress.finishedRuns += 1
            progress.events += events
        }
    }
}
