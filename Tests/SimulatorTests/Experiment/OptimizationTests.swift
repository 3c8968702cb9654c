import SimulationKit
import StructuredData
import Testing

@testable import Simulator

@Suite("sweeps and optimisation")
struct OptimizationTests {
    static func search(_ text: String, _ document: ScenarioDocument) throws -> Optimization {
        let whole = try document.setting("optimize", to: ScenarioDocument(text: text).json)
        let plan = try whole.plan(catalogue: .everything)
        return Optimization(
            plan: try #require(plan.optimize),
            document: whole,
            catalogue: .everything,
            traces: .empty,
            seed: 1,
            replications: PrecisionRule(minimum: 4, maximum: 8, relativeHalfWidth: nil)
        )
    }

    @Test("halving finds the smallest number that keeps to the limits") func capacity() throws {
        let search = try Self.search(
            """
            minimize: cost
            subjectTo: [{figure: latencyMean, atMost: 1s}]
            capacity:
              field: "services.chat.policy.parameters.replicas, services.chat.initialReplicas"
              from: 4
              to: 20
            """,
            ExperimentTests.document()
        )
        let found = try search.run(jobs: 2)
        let best = try #require(found.best)
        let names = found.outcome.variants.map(\.name)
        // Erlang C: with 4 replicas the mean is 1.40 s, with 5 it is 0.92 s.
        #expect(names[best] == "5", "\(names)")
        #expect(names.count <= 6, "halving looks at few numbers")
        #expect(found.outcome.variants[best].estimate(.latencyMean).value ?? 9 <= 1)
    }

    @Test("combinations race, and the cheapest that keeps to the limits wins") func race() throws {
        let search = try Self.search(
            """
            minimize: cost
            subjectTo: [{figure: latencyMean, atMost: 1s}]
            over: {services.chat.initialReplicas: [5, 6, 7, 12]}
            """,
            ExperimentTests.document().setting("services.chat.policy", to: ["name": "fixed"])
        )
        // The policy keeps one replica, so that all variants come to the same and are judged by their luck alone.
        let found = try search.run(jobs: 2)
        #expect(found.outcome.variants.count == 4)
        #expect(found.best == nil, "one replica cannot bear the load, whatever it begins with")
    }

    @Test("a limit that cannot be kept has no best, and the report says so") func impossible() throws {
        let search = try Self.search(
            """
            subjectTo: [{figure: latencyP50, atMost: 1ms}]
            capacity: {field: services.chat.policy.parameters.replicas, from: 4, to: 8}
            """,
            ExperimentTests.document()
        )
        let found = try search.run(jobs: 2)
        #expect(found.best == nil)
        let plan = try search.document.plan(catalogue: .everything)
        let context = ReportContext(plan: plan, scenarioHash: "", version: "test", warmUp: "none")
        let report = OptimizeReport.report(found, search.plan, context)
        #expect(!report.isGood)
        #expect(report.verdict[0].hasPrefix("None of the"))
    }

    @Test("a grid has every combination, a hypercube each value as often") func points() throws {
        let fields = [
            ScenarioPlan.SweepField(path: "a", values: [1, 2, 3]), .init(path: "b", values: ["x", "y"]),
        ]
        #expect(try Sweep.grid(fields).map(Sweep.name(of:)).first == "a=1, b=x")
        #expect(try Sweep.grid(fields).count == 6)
        let sample = try Sweep.latinHypercube(fields, points: 6, seed: 1)
        for value: JSONValue in [1, 2, 3] { #expect(sample.count { $0[0].value == value } == 2) }
        #expect(throws: Problem.self) { try Sweep.grid([]) }
        let many = ScenarioPlan.SweepField(path: "a", values: Array(repeating: 1, count: 2000))
        #expect(throws: Problem.self) { try Sweep.grid([many]) }
    }

    @Test("every problem of every variant is told before any runs") func problems() throws {
        let document = try ExperimentTests.document()
        let points: [(name: String, settings: Sweep.Point)] = [
            ("fine", [.init(path: "services.chat.drain", value: "1s")]),
            ("wrong", [.init(path: "services.chat.drain", value: "1")]),
            ("lost", [.init(path: "services.chad.drain", value: "1s")]),
        ]
        do {
            _ = try Sweep.variants(points, of: document, catalogue: .everything, traces: .empty)
            Issue.record("it was read")
        } catch {
            #expect(error.problems.map(\.path) == ["wrong: services[0].drain", "lost: services.chad.drain"])
        }
    }
}
