import SimulationKit
import StructuredData
import Testing

@testable import Simulator

@Suite("sensitivity")
struct SensitivityTests {
    private static let replicas = "services.chat.policy.parameters.replicas"
    private static let rate = "services.chat.workload.0.poisson.rate"
    /// Nothing hangs on it: the replicas of a fixed policy are there from the beginning.
    private static let drain = "services.chat.drain"

    private static func found(
        _ inputs: [ScenarioPlan.SweepField],
        trajectories: Int = 0,
        jobs: Int = 2
    ) throws -> (outcome: Sensitivity.Outcome, plan: SensitivityPlan, scenario: ScenarioPlan) {
        let document = try ExperimentTests.document()
        let scenario = try document.plan(catalogue: .everything)
        let plan = SensitivityPlan(figures: [.latencyP99, .cost], inputs: inputs, trajectories: trajectories)
        let study = Sensitivity(
            plan: plan,
            document: document,
            catalogue: .everything,
            traces: .empty,
            seed: 1,
            replications: PrecisionRule(minimum: 6, maximum: 6, relativeHalfWidth: nil)
        )
        let base = Experiment.Variant(name: "as it stands", scenario: scenario.scenario)
        return (try study.run(base: base, jobs: jobs), plan, scenario)
    }

    private static let inputs: [ScenarioPlan.SweepField] = [
        .init(path: drain, values: ["10s", "20s"]), .init(path: rate, values: ["3/s", "5/s"]),
        .init(path: replicas, values: [4, 9]),
    ]

    @Test("what a figure hangs on comes first, what it does not is said not to matter") func order() throws {
        let (found, plan, scenario) = try Self.found(Self.inputs)
        #expect(found.outcome.variants.count == 7)
        let tail = SensitivityReport.Study(.latencyP99, found, effects: [])
        #expect(tail.rows.map(\.path).last == Self.drain)
        #expect(tail.rows.last?.isShown == false)
        // Fewer replicas are slower than it stands, more are faster, and both ends are shown.
        let replicas = try #require(tail.rows.first { $0.path == Self.replicas })
        #expect(replicas.low.comparison.verdict == .higher && replicas.high.comparison.verdict == .lower)
        let cost = SensitivityReport.Study(.cost, found, effects: [])
        #expect(cost.rows.filter(\.isShown).map(\.path) == [Self.replicas])
        let context = ReportContext(plan: scenario, scenarioHash: "", version: "test", warmUp: "none")
        let report = SensitivityReport.report(found, plan, context)
        #expect(report.verdict[1].contains("cost/day is") && report.verdict[1].contains("hangs most on"))
        #expect(report.verdict[1].contains("not shown to matter"))
        #expect(report.plots.map(\.title) == ["What p99 hangs on", "What cost/day hangs on"])
        #expect(report.tables.count == 2)
    }

    @Test("Morris's screening sees the same, from random points, the same on any number of threads")
    func screening() throws {
        let (found, plan, scenario) = try Self.found(Self.inputs, trajectories: 4)
        let cost = try #require(found.effects.last)
        #expect(cost.map(\.meanSize)[0] == 0)
        // Nine replicas instead of four cost 120 USD a day more, whatever the rate is.
        #expect(abs(cost[2].mean - 5 * 24) < 1 && cost[2].spread < 1)
        let tail = try #require(found.effects.first)
        #expect(tail[0].meanSize == 0 && tail[1].mean > 0 && tail[2].mean < 0)
        // Many requests hurt only where replicas are few: the effect depends on the other input.
        #expect(tail[1].spread > 0.3 * tail[1].meanSize)
        #expect(try Self.found(Self.inputs, trajectories: 4, jobs: 1).outcome.effects == found.effects)
        let context = ReportContext(plan: scenario, scenarioHash: "", version: "test", warmUp: "none")
        let report = SensitivityReport.report(found, plan, context)
        #expect(report.tables.count == 4 && report.plots.count == 4)
        #expect(SensitivityReport.json(found, plan)[1]?["inputs"]?[0]?["morris"]?["meanSize"]?["value"] != nil)
    }

    @Test("an input without a range is refused, by name") func refused() {
        let error = #expect(throws: ProblemList.self) {
            try Self.found([.init(path: Self.rate, values: ["3/s"]), .init(path: Self.drain, values: ["1s", "1s"])])
        }
        #expect(error?.problems.map(\.path) == [Self.rate, Self.drain])
        #expect(throws: ProblemList.self) { try Self.found([]) }
    }

    @Test("inputs are named by as much of their path as tells them apart") func names() {
        let names = SensitivityReport.Study.names(of: [
            "services.a.scaling.target", "services.b.scaling.target", "services.a.startup.warmUp.lognormal.median",
        ])
        #expect(names == ["a.scaling.target", "b.scaling.target", "lognormal.median"])
    }

    @Test("a scenario names its inputs and figures, and misspelt figures are refused") func scenarioFile() throws {
        let text = """
            version: 1
            name: small
            horizon: 1h
            services: [{name: chat, workload: [{poisson: {rate: 1/s}}], serving: {slots: {time: 1s}}, policy: {name: fixed}}]
            sensitivity:
              figures: [latencyP99]
              inputs: {services.chat.workload.0.poisson.rate: [1/s, 2/s]}
              trajectories: 5
            """
        let plan = try ScenarioReaderTests.plan(text).sensitivity
        #expect(plan?.figures == [.latencyP99] && plan?.trajectories == 5)
        #expect(plan?.inputs.map(\.values) == [["1/s", "2/s"]])
        let problems = ScenarioReaderTests.problems(text.replacing("[latencyP99]", with: "[latencyP98]"))
        #expect(problems.count == 1 && problems[0].hasSuffix("did you mean 'latencyP95'?"))
    }
}
