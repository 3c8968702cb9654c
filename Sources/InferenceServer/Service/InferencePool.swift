import Dispatch
import NIOPosix
import Synchronization
import Telemetry
import Timekeeping

/// Runs inferences on threads of its own, and refuses what would wait too long.
///
/// The event loops only move bytes; reading a body, running the model and writing the answer all happen here.
final class InferencePool: Sendable {
    private let threads: NIOThreadPool
    private let runner: BatchRunner
    private let queue: Mutex<BatchQueue<PredictionTask>>
    /// Signalled when something comes while a worker gathers a batch.
    private let arrival = DispatchSemaphore(value: 0)
    /// Places in the queue, those of the workers among them.
    private let capacity: Int
    private let placesTaken = Atomic<Int>(0)
    private let unanswered = Atomic<Int>(0)
    private let unansweredLimited = Atomic<Int>(0)

    init(workerCount: Int, queueCapacity: Int, runner: BatchRunner) {
        precondition(workerCount > 0 && queueCapacity >= 0, "\(workerCount) workers, queue of \(queueCapacity)")
        self.capacity = workerCount + queueCapacity
        self.runner = runner
        self.queue = Mutex(BatchQueue(options: runner.options, workerCount: workerCount))
        self.threads = NIOThreadPool(numberOfThreads: workerCount)
        self.threads.start()
    }

    /// Requests that are worked on or wait.
    var inFlight: Int { self.unanswered.load(ordering: .relaxed) }
    /// Those of them that take places in the queue: requests, as opposed to messages.
    var limitedInFlight: Int { self.unansweredLimited.load(ordering: .relaxed) }
    /// Requests that wait because all workers are busy.
    var waiting: Int { self.queue.withLock { $0.backlog } }

    /// Has a task worked on; `false` when the queue is full.
    func submit(_ task: PredictionTask) -> Bool {
        if task.isLimited {
            let (_, count) = self.placesTaken.add(1, ordering: .relaxed)
            guard count <= self.capacity else {
                self.placesTaken.subtract(1, ordering: .relaxed)
                return false
            }
            self.unansweredLimited.add(1, ordering: .relaxed)
        }
        self.enqueue(CollectionOfOne(task))
        return true
    }

    /// Has tasks worked on that take no places, so that they come into one batch.
    func submit(unlimited tasks: [PredictionTask]) {
        assert(tasks.allSatisfy { !$0.isLimited }, "a request that takes a place")
        if !tasks.isEmpty { self.enqueue(tasks) }
    }

    private func enqueue(_ tasks: some Collection<PredictionTask>) {
        self.unanswered.add(tasks.count, ordering: .relaxed)
        let (isGathering, idle) = self.queue.withLock { queue in
            for task in tasks { queue.arrived(task, at: task.submitted) }
            return (queue.isGathering, queue.idleWorkers)
        }
        if isGathering { return _ = self.arrival.signal() }
        // Whoever is busy looks again when it is done.
        for _ in 0..<min(tasks.count, idle) { self.threads.submit { _ in self.turn() } }
    }

    /// Runs every request by itself from now on: the model is none for batches.
    func stopBatching() {
        self.queue.withLock { $0.options = .off }
    }

    /// One worker, as long as there is something to do.
    private func turn() {
        while true {
            let tasks = self.queue.withLock { $0.begin() }
            guard !tasks.isEmpty else { return }
            // A worker has one place, however many requests it works on.
            let limited = tasks.count { $0.isLimited }
            if limited > 1 { self.placesTaken.subtract(limited - 1, ordering: .relaxed) }
            var count = tasks.count
            var limitedCount = limited
            self.runner.work(on: tasks) { rows in
                guard let more = self.gather(rows: rows) else { return nil }
                let limited = more.count { $0.isLimited }
                self.placesTaken.subtract(limited, ordering: .relaxed)
                count += more.count
                limitedCount += limited
                return more
            }
            if limited > 0 { self.placesTaken.subtract(1, ordering: .relaxed) }
            self.unanswered.subtract(count, ordering: .relaxed)
            self.unansweredLimited.subtract(limitedCount, ordering: .relaxed)
            self.queue.withLock { $0.finished() }
            if self.runner.isRefused { self.stopBatching() }
        }
    }

    /// Further tasks for the batch that this worker gathers, or `nil` when it is time to run.
    private func gather(rows: Int) -> [PredictionTask]? {
        while true {
            let now = MonotonicClock.now()
            switch self.queue.withLock({ $0.gather(rows: rows, now: now) }) {
            case .more(let tasks): return tasks
            case .wait(let deadline):
                let nanoseconds = max(0, deadline.nanoseconds - now.nanoseconds)
                _ = self.arrival.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
            case .run(let leavesWork):
                if leavesWork { self.threads.submit { _ in self.turn() } }
                return nil
            }
        }
    }

    /// Ends the threads once they have finished what they are doing.
    func shutdown() async {
        // It only fails when it has been shut down before.
        try? await self.threads.shutdownGracefully()
    }
}
