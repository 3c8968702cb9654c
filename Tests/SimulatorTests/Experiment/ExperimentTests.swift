import SimulationKit
import StructuredData
import Testing

@testable import Simulator

@Suite("experiments")
struct ExperimentTests {
    /// Five replicas for a load that four could bear; small enough to run in a moment.
    static func document(replicas: Int = 5) throws -> ScenarioDocument {
        try ScenarioDocument(
            text: """
                version: 1
                name: small
                horizon: 10m
                services:
                  - name: chat
                    workload: [{poisson: {rate: 4/s}}]
                    gateway: {containerConcurrency: 1}
                    serving: {slots: {slots: 1, time: {exponential: {mean: 800ms}}}}
                    policy: {name: fixed, parameters: {replicas: \(replicas)}}
                    initialReplicas: \(replicas)
                    objective: {total: 5s, attainment: 90%}
                    price: 1USD/h
                """
        )
    }

    static func experiment(_ rule: PrecisionRule, replicas: [Int] = [5]) throws -> Experiment {
        let variants = try replicas.map { count in
            let plan = try Self.document(replicas: count).plan(catalogue: .everything)
            return Experiment.Variant(name: "\(count)", scenario: plan.scenario)
        }
        return Experiment(variants: variants, seed: 1, replications: rule, catalogue: .everything)
    }

    @Test("one thread and three give the same results to the bit") func threads() throws {
        let experiment = try Self.experiment(PrecisionRule(minimum: 6, maximum: 6, relativeHalfWidth: nil))
        let one = experiment.run(jobs: 1)
        #expect(one.fingerprint == experiment.run(jobs: 3).fingerprint)
        #expect(one.replications == 6 && one.isComplete && one.isSure)
    }

    @Test("replications go on until the figure is sure") func precision() throws {
        let few = try Self.experiment(PrecisionRule(minimum: 3, maximum: 60, relativeHalfWidth: 0.5)).run(jobs: 2)
        let many = try Self.experiment(PrecisionRule(minimum: 3, maximum: 200, relativeHalfWidth: 0.01)).run(jobs: 2)
        let never = try Self.experiment(PrecisionRule(minimum: 3, maximum: 6, relativeHalfWidth: 0.001)).run(jobs: 2)
        #expect(few.replications < many.replications && many.isSure)
        #expect((many.variants[0].estimate(.latencyMean).relativeHalfWidth ?? 1) <= 0.01)
        #expect(never.replications == 6 && !never.isSure)
    }

    @Test("an experiment that is stopped gives what it knows, in pairs") func stopping() throws {
        let experiment = try Self.experiment(
            PrecisionRule(minimum: 40, maximum: 40, relativeHalfWidth: nil),
            replicas: [5, 6]
        )
        let watch = ExperimentWatch(finishedRun: { watch, runs in
            // After the third run one pair is whole.
            if runs == 3 { watch.requestStop() }
        })
        let outcome = experiment.run(jobs: 1, watch: watch)
        #expect(!outcome.isComplete)
        #expect(outcome.variants.map(\.digests.count) == [1, 1])
    }

    @Test("more replicas are faster under the same luck, and the difference says so") func comparison() throws {
        let rule = PrecisionRule(minimum: 8, maximum: 8, relativeHalfWidth: nil)
        let outcome = try Self.experiment(rule, replicas: [5, 8]).run(jobs: 2)
        let difference = outcome.variants[1].comparison(.latencyMean, to: outcome.variants[0])
        #expect(difference.verdict == .lower)
        #expect(outcome.variants[1].comparison(.requests, to: outcome.variants[0]).difference.value == 0)
        let cost = outcome.variants.map { $0.estimate(.cost).value ?? 0 }
        #expect(abs(cost[0] - 5 * 24) < 0.5 && abs(cost[1] - 8 * 24) < 0.5)
    }

    @Test("work is done in order whatever the threads, and not at all once cancelled") func pool() {
        let pieces = Array(0..<50)
        #expect(ThreadPool(jobs: 4).outcomes(of: pieces) { $0 * 2 } == pieces.map { $0 * 2 })
        #expect(ThreadPool(jobs: 4).outcomes(of: pieces, isCancelled: { true }, { $0 }).allSatisfy { $0 == nil })
    }

    @Test("the front holds what nothing beats, and the knee lies below the line between its ends") func front() {
        let points: [(x: Double, y: Double)] = [(1, 10), (2, 3), (3, 2.5), (4, 2.4), (3, 9), (1, 10)]
        let front = ParetoFront.members(of: points)
        #expect(front == [0, 1, 2, 3, 5])
        #expect(ParetoFront.knee(of: points, front: [0, 1, 2, 3]) == 1)
        #expect(ParetoFront.knee(of: points, front: [0, 1]) == nil)
        #expect(ParetoFront.knee(of: [(0, 2), (1, 1.5), (2, 0)], front: [0, 1, 2]) == nil)
    }
}
