import NIOPosix
import Synchronization

/// Runs inferences on threads of its own, and refuses what would wait too long.
///
/// The event loops only move bytes; reading a body, running the model and writing the answer all happen here.
final class InferencePool: Sendable {
    private let threads: NIOThreadPool
    let workerCount: Int
    /// Requests that may be queued or running.
    private let capacity: Int
    private let admitted = Atomic<Int>(0)

    init(workerCount: Int, queueCapacity: Int) {
        precondition(workerCount > 0 && queueCapacity >= 0, "\(workerCount) workers, queue of \(queueCapacity)")
        self.workerCount = workerCount
        self.capacity = workerCount + queueCapacity
        self.threads = NIOThreadPool(numberOfThreads: workerCount)
        self.threads.start()
    }

    /// Requests that are running or wait for a thread.
    var inFlight: Int { self.admitted.load(ordering: .relaxed) }

    /// Runs `work` on a worker thread; `false` when the queue is full.
    func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (_, count) = self.admitted.add(1, ordering: .relaxed)
        guard count <= self.capacity else {
            self.admitted.subtract(1, ordering: .relaxed)
            return false
        }
        self.threads.submit { _ in
            work()
            self.admitted.subtract(1, ordering: .relaxed)
        }
        return true
    }

    /// Ends the threads once they have finished what they are doing.
    func shutdown() async {
        // It only fails when it has been shut down before.
        try? await self.threads.shutdownGracefully()
    }
}
