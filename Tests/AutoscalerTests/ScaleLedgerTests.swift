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
