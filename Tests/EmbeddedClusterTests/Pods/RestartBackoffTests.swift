import Testing

@testable import EmbeddedCluster

@Suite("RestartBackoff")
struct RestartBackoffTests {
    @Test("the first restart is immediate, then the wait doubles up to its limit")
    func doubles() {
        var backoff = RestartBackoff(.init())
        let waits = (0..<8).map { _ in backoff.wait(afterRunningFor: .seconds(1)) }
        #expect(waits == [0, 10, 20, 40, 80, 160, 300, 300].map { .seconds($0) })
    }

    @Test("a run of ten minutes starts over")
    func forgives() {
        var backoff = RestartBackoff(.init())
        for _ in 0..<4 { _ = backoff.wait(afterRunningFor: .seconds(1)) }
        #expect(backoff.wait(afterRunningFor: .seconds(600)) == .zero)
        #expect(backoff.wait(afterRunningFor: .seconds(599)) == .seconds(10))
    }
}
