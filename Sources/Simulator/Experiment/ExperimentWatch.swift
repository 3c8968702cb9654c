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

    private let finishedRun: @Sendable (ExperimentWatch, Int) -> Void

    /// - Parameter finishedRun: Told after each run how many are finished; on the thread that ran it.
    public init(finishedRun: @escaping @Sendable (ExperimentWatch, Int) -> Void = { _, _ in }) {
        self.finishedRun = finishedRun
    }

    public var progress: Progress { self.state.withLock { $0 } }
    public var isStopped: Bool { self.stop.load(ordering: .relaxed) }

    /// Ends the experiment soon; what is known so far is its outcome.
    public func requestStop() { self.stop.store(true, ordering: .relaxed) }

    func expect(_ runs: Int) { self.state.withLock { $0.expectedRuns += runs } }

    func finishOne(events: UInt64) {
        let runs = self.state.withLock { progress in
            progress.finishedRuns += 1
            progress.events += events
            return progress.finishedRuns
        }
        self.finishedRun(self, runs)
    }
}
