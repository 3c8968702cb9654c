import Dispatch

/// Runs the jobs of one actor one after the other on a thread of their own, which they may block.
///
/// A thread is taken when there is work and given back when there is none; a lane that hangs holds no thread of another
/// lane, and none of the pool that runs tasks.
final class LaneExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(label: String) {
        self.queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
