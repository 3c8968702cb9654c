import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

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
