import SimulationKit
import Testing

@testable import Simulator

@Suite("the self-test")
struct SelfTestTests {
    @Test("a short one agrees with theory, through the whole engine") func agrees() {
        let outcome = SelfTest(seed: 1, effort: 0.05).run(jobs: 2, only: "E2")
        #expect(outcome.rows.count == 15)
        #expect(outcome.isGood, "\(outcome.misses)")
    }

    @Test("all twelve families are there") func families() {
        let cases = AnalyticCase.queues(effort: 1) + AnalyticCase.scaling(effort: 1)
        for number in 1...12 {
            #expect(cases.contains { $0.key.hasPrefix("E\(number)") }, "E\(number) is missing")
        }
    }

    @Test("so many misses as chance explains are no failure, more are") func chance() {
        #expect(SelfTest.Outcome.explainable(1) == 1)
        #expect(SelfTest.Outcome.explainable(85) == 5)
        func outcome(misses: Int, far: Double) -> SelfTest.Outcome {
            let rows = (0..<85).map { index in
                SelfTest.Row(
                    key: "E",
                    title: "",
                    figure: "",
                    expected: 1,
                    simulated: Estimate(value: 1, samples: 10),
                    deviation: index < misses ? far : 0,
                    isMet: index >= misses
                )
            }
            return SelfTest.Outcome(rows: rows, events: 1, isComplete: true)
        }
        #expect(outcome(misses: 5, far: 3).isGood)
        #expect(!outcome(misses: 6, far: 3).isGood)
        #expect(!outcome(misses: 1, far: 6).isGood)
    }
}
