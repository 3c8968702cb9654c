import Timekeeping

/// What waits for a worker, and how much of it a worker takes at once.
///
/// Without a delay a worker takes what waits, its share of it where other workers are idle: batches form while the model
/// is busy, and nobody waits for company. With a delay one worker at a time gathers a batch until it is full or its
/// oldest request has waited long enough; the others run batches meanwhile.
struct BatchQueue<Item> {
    private struct Waiting {
        let item: Item
        let since: MonotonicInstant
    }

    enum Gathering {
        case more([Item])
        case wait(until: MonotonicInstant)
        /// The batch is to be run. If work is left, another worker has to begin with it.
        case run(leavesWork: Bool)
    }

    var options: BatchingOptions
    let workerCount: Int
    private var waiting: [Waiting] = []
    /// What lies before it in `waiting` has been taken.
    private var head = 0
    private var busyWorkers = 0
    /// When the batch that is being gathered must run; `nil` while none is.
    private var deadline: MonotonicInstant?

    init(options: BatchingOptions, workerCount: Int) {
        precondition(workerCount > 0, "workerCount: \(workerCount)")
        self.options = options
        self.workerCount = workerCount
    }

    var count: Int { self.waiting.count - self.head }
    /// What waits though all workers are busy; what a free worker is about to take does not count.
    var backlog: Int { max(0, self.count + self.busyWorkers - self.workerCount) }
    /// Workers that will not ask for work by themselves.
    var idleWorkers: Int { self.workerCount - self.busyWorkers }
    /// Whether a worker waits for what comes.
    var isGathering: Bool { self.deadline != nil }

    mutating func arrived(_ item: Item, at now: MonotonicInstant) {
        self.waiting.append(Waiting(item: item, since: now))
    }

    /// A worker is free.
    ///
    /// - Returns: What it shall work on, after which it must ask `gather` and at last say `finished`; empty when there is
    ///   nothing for it.
    mutating func begin() -> [Item] {
        guard self.count > 0, self.deadline == nil else { return [] }
        if self.options.delaySeconds > 0 {
            self.deadline = self.waiting[self.head].since.advanced(by: .seconds(self.options.delaySeconds))
            self.busyWorkers += 1
            return self.take(self.options.maximumRows)
        }
        let idle = max(0, self.workerCount - self.busyWorkers - 1)
        self.busyWorkers += 1
        let share = (self.count + idle) / (idle + 1)
        return self.take(min(share, self.options.maximumRows))
    }

    /// The worker knows how many rows it has, and asks whether to wait for more.
    mutating func gather(rows: Int, now: MonotonicInstant) -> Gathering {
        guard let deadline else { return .run(leavesWork: false) }
        if rows < self.options.maximumRows {
            // What has come in time belongs to the batch, even if the worker wakes late.
            if self.count > 0 { return .more(self.take(self.options.maximumRows - rows)) }
            if now < deadline { return .wait(until: deadline) }
        }
        self.deadline = nil
        return .run(leavesWork: self.count > 0)
    }

    /// A worker is done with what it began.
    mutating func finished() {
        precondition(self.busyWorkers > 0, "a worker finished that never began")
        self.busyWorkers -= 1
    }

    private mutating func take(_ limit: Int) -> [Item] {
        let end = min(self.head + limit, self.waiting.count)
        let taken = self.waiting[self.head..<end].map(\.item)
        self.head = end
        // Moved up only when half of it is gone, so that taking costs the same however much waits.
        if self.head * 2 >= self.waiting.count {
            self.waiting.removeFirst(self.head)
            self.head = 0
        }
        return taken
    }
}
