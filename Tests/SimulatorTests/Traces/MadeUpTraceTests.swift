import SimulationKit
import Simulator
import Testing

/// What the shared traces are tested for, with made-up ones of their size; these run everywhere.
@Suite("made-up traces of full size")
struct MadeUpTraceTests {
    init() {
        if !SharedTraces.areThere { print("the shared traces are not at hand: made-up ones of their size stand in") }
    }

    @Test("a day of a thousand functions is read, call by call") func functions() throws {
        let (text, calls) = MadeUpTraces.functions(1000, minutes: 1440)
        let trace = try withFile(text) { try TraceImporter().read($0) }
        #expect(trace.format == .azureFunctions2019)
        #expect(trace.count == calls.joined().reduce(0, +))
        #expect(trace.durationSeconds == 86_400)
        #expect(trace.problems.skippedRows == 0)
        guard case .counts(let counts) = trace.content else {
            Issue.record("the trace has no counts")
            return
        }
        for (steps, row) in zip(counts.steps, calls) {
            #expect(steps.map { Int($0.step) } == row.indices.filter { row[$0] > 0 })
            #expect(steps.map { Int($0.calls) } == row.filter { $0 > 0 })
        }
    }

    @Test("a sample whose minutes begin in the morning is read, with its triggers") func sample() throws {
        let (text, calls) = MadeUpTraces.functions(500, minutes: 480, firstMinute: 480)
        let trace = try withFile(text) { try TraceImporter().read($0) }
        #expect(trace.services.count == 500 && trace.count == calls.joined().reduce(0, +))
        #expect(trace.durationSeconds == 28_800)
        #expect(trace.services.allSatisfy { $0.trigger == "timer" })
    }

    @Test("requests of language models are read, in both formats") func languageModels() throws {
        let requests = try withFile(MadeUpTraces.languageModel(19_366)) { try TraceImporter().read($0) }
        #expect(requests.format == .azureLLM && requests.count == 19_366 && requests.problems.skippedRows == 0)
        #expect(TraceSummary(requests).interarrival?.variation ?? 0 > 3)
        let conversations = try withFile(MadeUpTraces.conversations(12_031)) { try TraceImporter().read($0) }
        #expect(conversations.format == .mooncake && conversations.count == 12_031)
        #expect(conversations.problems.skippedRows == 0)
    }

    @Test("the policy table is what a computation of its own kind gives, rule by rule") func policyTable() throws {
        // The other computation sorts every histogram anew: a third of the functions is as many as it can bear.
        let (text, calls) = MadeUpTraces.functions(330, minutes: 1440)
        let trace = try withFile(text) { try TraceImporter().read($0) }
        guard case .counts(let counts) = trace.content else {
            Issue.record("the trace has no counts")
            return
        }
        let table = PolicyTable(counts: counts)
        let base = IndependentKeepAlive.outcome(calls, .fixed(minutes: 10)).waste
        for row in table.rows {
            let rule = try #require(IndependentKeepAlive.Rule(named: row.name))
            let wanted = IndependentKeepAlive.outcome(calls, rule)
            #expect(abs(row.thirdQuartileColdPercent - wanted.thirdQuartile) < 1e-6, "\(row.name)")
            // A forecast that falls on a whole minute may round to either side of it.
            #expect(abs(row.wastePercent - 100 * wanted.waste / base) < 0.005, "\(row.name)")
        }
        // Every rule acts: none of the hybrid ones is what a fixed time is.
        #expect(Set(table.rows.map { ($0.wastePercent * 1000).rounded() }).count == table.rows.count)
    }

    @Test("live runs of a provider that keeps instances for 640 s are told from those of 600 s") func lambda() throws {
        let rates = [0.00185, 0.00245, 0.00287, 0.00344, 0.00424, 0.00571, 0.00784, 0.0164, 0.0501, 0.1001]
        let runs = try rates.enumerated().map { index, rate in
            let text = MadeUpTraces.lambdaRun(Int(rate * 200_000), rate: rate, expirySeconds: 640, run: index)
            return try withFile(text) { try TraceImporter().read($0) }
        }
        #expect(runs.allSatisfy { $0.format == .awsLambda && $0.problems.skippedRows == 0 })
        let table = LambdaTable(traces: runs, requests: 60_000)
        #expect(table.rows.count == 10)
        #expect(table.rows.count { $0.agrees(column: 1) } >= 8)
        let slow = runs.prefix(6).compactMap { run -> [TraceRequest]? in
            guard case .requests(let requests) = run.content else { return nil }
            return requests
        }
        let estimate = try #require(ExpiryEstimate(runs: slow))
        #expect(estimate.atLeastSeconds > 625 && estimate.atMostSeconds < 655)
    }
}
