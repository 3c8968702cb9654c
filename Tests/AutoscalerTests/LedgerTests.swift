import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("ScaleLedger")
struct ScaleLedgerTests {
    private let pause = Duration.milliseconds(100)

    @Test("what is not read is unknown, what is read and not there is missing")
    func unknownIsNotMissing() {
        var ledger = ScaleLedger()
        #expect(ledger.effective(now: .zero) == nil)
        #expect(!ledger.isMissing)
        ledger.observed(replicas: nil)
        #expect(ledger.isMissing)
        #expect(ledger.effective(now: .zero) == nil)
        ledger.observed(replicas: 0)
        #expect(!ledger.isMissing)
        #expect(ledger.effective(now: .zero) == 0)
    }

    @Test("a value counts from the moment in which it is sent, and a watch that lags does not undo it")
    func writesStand() {
        var ledger = ScaleLedger()
        ledger.observed(replicas: 1)
        let sequence = ledger.begin(replicas: 3)
        #expect(ledger.effective(now: .zero) == 3)
        ledger.observed(replicas: 1)
        #expect(ledger.effective(now: .zero) == 3)
        let isNewest = ledger.succeeded(sequence: sequence, now: .zero)
        #expect(isNewest)
        ledger.observed(replicas: 1)
        #expect(ledger.effective(now: .seconds(1)) == 3)
        ledger.observed(replicas: 3)
        // Once the watch has shown the value, what it shows next is news.
        ledger.observed(replicas: 7)
        #expect(ledger.effective(now: .seconds(1)) == 7)
    }

    @Test("a written value that no watch shows was overwritten")
    func unconfirmedWrites() {
        var ledger = ScaleLedger()
        ledger.observed(replicas: 1)
        _ = ledger.succeeded(sequence: ledger.begin(replicas: 3), now: .zero)
        #expect(ledger.effective(now: .seconds(4.9)) == 3)
        #expect(ledger.effective(now: .seconds(5)) == 1)
    }

    @Test("failures in a row lengthen the pause up to its limit, success and a change of mind end it")
    func failures() {
        var ledger = ScaleLedger()
        ledger.observed(replicas: 0)
        var pauses: [Double] = []
        for _ in 0..<5 {
            let sequence = ledger.begin(replicas: 1)
            _ = ledger.failed(sequence: sequence, now: .zero, pause: self.pause, limit: .seconds(1))
            pauses.append(ledger.retryAt?.seconds(since: .zero) ?? 0)
        }
        #expect(pauses == [0.1, 0.2, 0.4, 0.8, 1])
        #expect(ledger.effective(now: .zero) == 0)
        ledger.gaveUp()
        #expect(ledger.retryAt == nil)
        let sequence = ledger.begin(replicas: 1)
        _ = ledger.failed(sequence: sequence, now: .zero, pause: self.pause, limit: .seconds(1))
        #expect(ledger.retryAt == .seconds(0.1))
    }

    @Test("an older write that ends late says nothing")
    func oldWrites() {
        var ledger = ScaleLedger()
        ledger.observed(replicas: 0)
        let old = ledger.begin(replicas: 1)
        let new = ledger.begin(replicas: 2)
        let outcomes = [
            ledger.succeeded(sequence: old, now: .zero),
            ledger.failed(sequence: old, now: .zero, pause: self.pause, limit: .seconds(1)),
        ]
        #expect(outcomes == [false, false])
        #expect(ledger.effective(now: .zero) == 2)
        let isNewest = ledger.succeeded(sequence: new, now: .zero)
        #expect(isNewest)
    }
}

@Suite("StatusLedger")
struct StatusLedgerTests {
    private let settings = AutoscalerSettings()

    private func summary(_ desired: Int) -> StatusLedger.Summary {
        StatusLedger.Summary(desired: desired, ready: 0, starting: 0, mode: .stable, reason: .load([]))
    }

    private func values(_ stable: Double) -> StatusLedger.Values { StatusLedger.Values(stable: stable, panic: 0) }

    /// A ledger that wrote a desired count of one and an average of ten at second zero.
    private func written() -> StatusLedger {
        var ledger = StatusLedger(found: nil)
        ledger.changed(to: self.summary(1), values: self.values(10), now: .zero)
        ledger.begin()
        ledger.finished(succeeded: true, now: .zero)
        return ledger
    }

    @Test("a change is written after a short delay, which further changes do not lengthen")
    func delay() {
        var ledger = StatusLedger(found: nil)
        ledger.changed(to: self.summary(1), values: self.values(0), now: .seconds(10))
        ledger.changed(to: self.summary(2), values: self.values(0), now: .seconds(10.1))
        #expect(ledger.due(self.settings, now: .seconds(10.1)) == .seconds(10.2))
    }

    @Test("changes soon after a write wait for their turn")
    func interval() {
        var ledger = self.written()
        ledger.changed(to: self.summary(2), values: self.values(10), now: .seconds(0.3))
        #expect(ledger.due(self.settings, now: .seconds(0.3)) == .seconds(1))
    }

    @Test("a change that is undone before it was written is not written")
    func undone() {
        var ledger = self.written()
        ledger.changed(to: self.summary(2), values: self.values(10), now: .seconds(5))
        ledger.changed(to: self.summary(1), values: self.values(10), now: .seconds(5.1))
        #expect(ledger.due(self.settings, now: .seconds(5.1)) == nil)
    }

    @Test("newer averages are written seldom, and only if they tell something")
    func averages() {
        var ledger = self.written()
        ledger.changed(to: self.summary(1), values: self.values(10.3), now: .seconds(2))
        #expect(ledger.due(self.settings, now: .seconds(2)) == nil)
        ledger.changed(to: self.summary(1), values: self.values(12), now: .seconds(2))
        #expect(ledger.due(self.settings, now: .seconds(2)) == .seconds(10))
        ledger.changed(to: self.summary(1), values: self.values(0), now: .seconds(30))
        #expect(ledger.due(self.settings, now: .seconds(30)) == .seconds(30))
    }

    @Test("nothing is due while a write is under way, and what changed meanwhile is due afterwards")
    func underWay() {
        var ledger = self.written()
        ledger.changed(to: self.summary(2), values: self.values(10), now: .seconds(5))
        ledger.begin()
        ledger.changed(to: self.summary(3), values: self.values(10), now: .seconds(5.1))
        #expect(ledger.due(self.settings, now: .seconds(9)) == nil)
        ledger.finished(succeeded: true, now: .seconds(9))
        #expect(ledger.due(self.settings, now: .seconds(9)) == .seconds(10))
    }

    @Test("a write that failed is made again")
    func failure() {
        var ledger = self.written()
        ledger.changed(to: self.summary(2), values: self.values(10), now: .seconds(5))
        ledger.begin()
        ledger.finished(succeeded: false, now: .seconds(6))
        #expect(ledger.due(self.settings, now: .seconds(6)) == .seconds(7))
    }

    @Test("a moment that was set aside is waited for and used once")
    func reservation() {
        var ledger = self.written()
        ledger.changed(to: self.summary(2), values: self.values(10), now: .seconds(5))
        ledger.reserve(.seconds(20))
        #expect(ledger.hasReservation)
        #expect(ledger.due(self.settings, now: .seconds(6)) == .seconds(20))
        ledger.begin()
        #expect(!ledger.hasReservation)
    }
}

@Suite("StatusBudget")
struct StatusBudgetTests {
    @Test("an idle budget lets a second's worth pass at once, then gives each a moment of its own")
    func burstThenPace() {
        var budget = StatusBudget(perSecond: 4)
        let moments = (0..<8).map { _ in budget.reserve(now: .seconds(100)).seconds(since: .seconds(100)) }
        #expect(moments == [0, 0, 0, 0, 0, 0.25, 0.5, 0.75])
        #expect(budget.reserve(now: .seconds(200)) == .seconds(200))
    }
}

@Suite("DeadlineHeap")
struct DeadlineHeapTests {
    @Test("entries come out in the order of their deadlines, whatever order they came in")
    func order() {
        var heap = DeadlineHeap()
        var state: UInt64 = 7
        var expected: [Int64] = []
        for slot in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let due = Int64(state >> 40) % 1000
            expected.append(due)
            heap.push(DeadlineHeap.Entry(due: MonotonicInstant(nanoseconds: due), slot: slot))
        }
        var found: [Int64] = []
        while let entry = heap.popFirst() { found.append(entry.due.nanoseconds) }
        #expect(found == expected.sorted())
        #expect(heap.count == 0)
    }
}

@Suite("EarlyWakes")
struct EarlyWakesTests {
    @Test("wakes of unknown revisions are kept within a bound, the newest of them")
    func bounded() {
        var wakes = EarlyWakes()
        for number in 0..<2000 {
            wakes.add(RevisionID(namespace: "a", name: "\(number)"), waiting: 1, at: .seconds(Double(number)))
        }
        let oldest = wakes.take(RevisionID(namespace: "a", name: "0"))
        let newest = wakes.take(RevisionID(namespace: "a", name: "1999"))
        let again = wakes.take(RevisionID(namespace: "a", name: "1999"))
        #expect(oldest == nil)
        #expect(newest?.at == .seconds(1999))
        #expect(again == nil)
    }
}
