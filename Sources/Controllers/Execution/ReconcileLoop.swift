import KubernetesClient
import ServiceLifecycle
import Synchronization
import Telemetry
import Timekeeping

/// Works off a queue of objects, a few at a time and each object by one task only.
final class ReconcileLoop: Sendable {
    typealias Reconcile = @Sendable (ObjectKey) async -> WorkQueue<ObjectKey>.Outcome

    private let atOnce: Int
    private let reconcile: Reconcile
    private let queue: Mutex<WorkQueue<ObjectKey>>
    private let bell: AsyncStream<Void>.Continuation
    private let rings: AsyncStream<Void>

    /// - Parameter atOnce: Objects worked on side by side.
    init(
        atOnce: Int,
        queue: WorkQueue<ObjectKey> = WorkQueue(),
        reconcile: @escaping Reconcile
    ) {
        precondition(atOnce > 0, "atOnce: \(atOnce)")
        self.atOnce = atOnce
        self.reconcile = reconcile
        self.queue = Mutex(queue)
        (self.rings, self.bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Asks for a look at the object, soon.
    ///
    /// Returns at once.
    func add(_ key: ObjectKey) {
        self.queue.withLock { $0.add(key) }
        self.bell.yield()
    }

    /// Asks for a look at the object, not sooner than after `delay`, which gathers what happens until then.
    func add(_ key: ObjectKey, after delay: Duration) {
        let due = MonotonicClock.now().advanced(by: delay)
        self.queue.withLock { $0.add(key, notBefore: due) }
        self.bell.yield()
    }

    /// Works until the task is cancelled or the service is asked to end.
    func run() async {
        await withDiscardingTaskGroup { group in
            var armedFor: MonotonicInstant?
            for await _ in self.rings.cancelOnGracefulShutdown() {
                while let key = self.take() { group.addTask { await self.work(on: key) } }
                let now = MonotonicClock.now()
                if let armed = armedFor, armed <= now { armedFor = nil }
                guard let due = self.queue.withLock({ $0.nextDue }), armedFor.map({ due < $0 }) ?? true else {
                    continue
                }
                armedFor = due
                let wait = max(.zero, due.duration(since: now))
                group.addTask {
                    try? await Task.sleep(for: wait)
                    self.bell.yield()
                }
            }
            group.cancelAll()
        }
    }

    private func take() -> ObjectKey? {
        self.queue.withLock { queue in
            guard queue.runningCount < self.atOnce else { return nil }
            return queue.take(now: MonotonicClock.now())
        }
    }

    private func work(on key: ObjectKey) async {
        let outcome = await self.reconcile(key)
        self.queue.withLock { $0.finished(key, outcome, now: MonotonicClock.now()) }
        self.bell.yield()
    }
}
