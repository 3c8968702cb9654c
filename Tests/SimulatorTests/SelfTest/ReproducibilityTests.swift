import Testing

@testable import Simulator

@Suite("Reproducibility")
struct ReproducibilityTests {
    @Test("two scenarios give the same SHA-256 on one thread and on two, twice, and another one for another seed")
    func equal() {
        let first = ReproducibilityCheck.run(seed: 1)
        #expect(first.isGood, "\(first.rows)")
        #expect(first.rows.count == 2)
        #expect(first.rows.allSatisfy { $0.jobs == [1, 2, 1, 2] && $0.fingerprints.allSatisfy { $0.count == 64 } })
        #expect(first.rows[0].fingerprints[0] != first.rows[1].fingerprints[0])
        #expect(first.rows[0].fingerprints[0] != ReproducibilityCheck.run(seed: 2).rows[0].fingerprints[0])
    }

    @Test("one hash that differs is told") func different() {
        let row = ReproducibilityCheck.Row(scenario: "s", fingerprints: ["a", "a", "b", "a"], jobs: [1, 2, 1, 2])
        let check = ReproducibilityCheck(rows: [row])
        #expect(!check.isGood)
        #expect(check.table.rows[0].last?.text == "DIFFERENT")
    }
}
