import Testing
import Timekeeping

@testable import InferenceServer

@Suite("BatchQueue, in virtual time")
struct BatchQueueTests {
    private static func queue(rows: Int, delay: Double = 0, workers: Int = 1, items: Int = 0) -> BatchQueue<Int> {
        var queue = BatchQueue<Int>(
            options: BatchingOptions(maximumRows: rows, delaySeconds: delay),
            workerCount: workers
        )
        for item in 0..<items { queue.arrived(item, at: .seconds(0)) }
        return queue
    }

    private static func more(_ gathering: BatchQueue<Int>.Gathering) -> [Int]? {
        guard case .more(let items) = gathering else { return nil }
        return items
    }

    private static func deadline(_ gathering: BatchQueue<Int>.Gathering) -> MonotonicInstant? {
        guard case .wait(let deadline) = gathering else { return nil }
        return deadline
    }

    private static func runs(_ gathering: BatchQueue<Int>.Gathering, leavesWork: Bool = false) -> Bool {
        guard case .run(let leaves) = gathering else { return false }
        return leaves == leavesWork
    }

    @Test("without a delay the first request runs at once, and what came meanwhile runs together")
    func noDelay() {
        var queue = Self.queue(rows: 8, items: 1)
        #expect(queue.begin() == [0])
        #expect(Self.runs(queue.gather(rows: 1, now: .seconds(0))))
        for item in 1...5 { queue.arrived(item, at: .seconds(0.1)) }
        #expect(Self.runs(queue.gather(rows: 1, now: .seconds(0.1))))
        queue.finished()
        #expect(queue.begin() == [1, 2, 3, 4, 5])
    }

    @Test("idle workers share what waits, a lone free one takes it all")
    func shares() {
        var queue = Self.queue(rows: 64, workers: 4, items: 10)
        #expect(queue.begin() == [0, 1, 2])
        #expect(queue.begin() == [3, 4, 5])
        #expect(queue.begin() == [6, 7])
        #expect(queue.begin() == [8, 9])
        for item in 10..<20 { queue.arrived(item, at: .seconds(1)) }
        queue.finished()
        #expect(queue.begin() == Array(10..<20))
    }

    @Test("nobody takes more than a batch")
    func limit() {
        var queue = Self.queue(rows: 4, items: 10)
        #expect(queue.begin() == [0, 1, 2, 3])
        #expect(queue.count == 6)
    }

    @Test("with a delay a batch runs when it is full")
    func fills() {
        var queue = Self.queue(rows: 3, delay: 1, items: 1)
        #expect(queue.begin() == [0])
        #expect(Self.deadline(queue.gather(rows: 1, now: .seconds(0.2))) == .seconds(1))
        queue.arrived(1, at: .seconds(0.5))
        queue.arrived(2, at: .seconds(0.5))
        queue.arrived(3, at: .seconds(0.5))
        #expect(queue.isGathering)
        #expect(Self.more(queue.gather(rows: 1, now: .seconds(0.5))) == [1, 2])
        #expect(Self.runs(queue.gather(rows: 3, now: .seconds(0.5)), leavesWork: true))
        #expect(!queue.isGathering)
    }

    @Test("with a delay a batch runs when its oldest request has waited long enough, counted from its arrival")
    func delays() {
        var queue = Self.queue(rows: 3, delay: 1, items: 1)
        // The worker was busy for most of the delay already.
        #expect(queue.begin() == [0])
        #expect(Self.deadline(queue.gather(rows: 1, now: .seconds(0.9))) == .seconds(1))
        #expect(Self.runs(queue.gather(rows: 1, now: .seconds(1))))
    }

    @Test("one worker gathers at a time, and many rows in one request fill a batch")
    func oneGathers() {
        var queue = Self.queue(rows: 8, delay: 1, workers: 2, items: 1)
        #expect(queue.begin() == [0])
        queue.arrived(1, at: .seconds(0))
        #expect(queue.begin().isEmpty)
        #expect(Self.runs(queue.gather(rows: 9, now: .seconds(0)), leavesWork: true))
        #expect(queue.begin() == [1])
    }

    /// Random events, beside a model that knows nothing of how the queue is kept.
    @Test("every request is taken once, in order, in batches within the limit, and none waits past its delay")
    func properties() {
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            let options = BatchingOptions(
                maximumRows: Int.random(in: 1...6, using: &random),
                delaySeconds: [0, 0.5, 2].randomElement(using: &random) ?? 0
            )
            var queue = BatchQueue<Int>(options: options, workerCount: Int.random(in: 1...4, using: &random))
            var clock = 0.0
            var arrivals: [Double] = []
            var taken: [Int] = []
            var gathered: [Int] = []
            for _ in 0..<200 {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    queue.arrived(arrivals.count, at: .seconds(clock))
                    arrivals.append(clock)
                case 1: clock += Double.random(in: 0...1, using: &random)
                default:
                    if !queue.isGathering {
                        gathered = queue.begin()
                        taken += gathered
                        if gathered.isEmpty { #expect(taken.count == arrivals.count, "seed \(seed): work was left") }
                        if options.delaySeconds == 0, !gathered.isEmpty { queue.finished() }
                    }
                    #expect(gathered.count <= options.maximumRows, "seed \(seed)")
                    guard queue.isGathering else { continue }
                    switch queue.gather(rows: gathered.count, now: .seconds(clock)) {
                    case .more(let items):
                        gathered += items
                        taken += items
                    case .wait(let deadline):
                        let due = arrivals[gathered[0]] + options.delaySeconds
                        #expect(deadline == .seconds(due) && clock < due, "seed \(seed)")
                        #expect(taken.count == arrivals.count, "seed \(seed): waits beside work")
                    case .run(let leavesWork):
                        #expect(leavesWork == (taken.count < arrivals.count), "seed \(seed)")
                        queue.finished()
                    }
                }
            }
            #expect(taken == Array(0..<taken.count), "seed \(seed): lost, doubled or out of order")
            #expect(queue.count == arrivals.count - taken.count, "seed \(seed)")
        }
    }
}
