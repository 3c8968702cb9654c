import Foundation
import SimulationKit
import StructuredData
import Testing
import Timekeeping

@testable import Simulator

/// Processes as a scenario file writes them.
@Suite("made-up requests in scenario files")
struct MadeUpWorkloadTests {
    /// The process that a workload of a scenario stands for.
    private static func process(_ workload: String) throws -> any ArrivalProcess {
        let text = ScenarioReaderTests.small.replacing("poisson: {rate: 10/s}", with: workload)
        let workloads = try ScenarioReaderTests.plan(text.withPolicy).scenario.services[0].workloads
        guard case .open(let process) = workloads.first else {
            preconditionFailure("\(workload) is no stream of requests")
        }
        return process
    }

    private static func moments(_ process: any ArrivalProcess, seconds: Double) -> [Double] {
        let context = ArrivalContext(seed: 11, replication: 0, entity: 0, horizon: .seconds(seconds))
        var source = process.source(context)
        var moments: [Double] = []
        while let arrival = source.next(), arrival.at < .seconds(seconds) {
            moments.append(arrival.at.seconds(since: .zero))
        }
        return moments
    }

    /// Variance by mean of the counts in windows: the index of dispersion.
    private static func dispersion(_ moments: [Double], window: Double, seconds: Double) -> Double {
        var counts = [Double](repeating: 0, count: Int(seconds / window))
        for moment in moments { counts[min(Int(moment / window), counts.count - 1)] += 1 }
        let values = Moments(counts)
        return values.variance / values.mean
    }

    /// A workload, its mean rate, and the index of dispersion of counts in long windows.
    struct Known: Sendable {
        let workload: String
        let rate: Double
        let dispersion: Double
    }

    // Far out counts scatter by: 1 (Poisson); the squared variation of distances (renewal); 1/(1-n)² (Hawkes);
    // for two states 1 + 2 (a-b)² s t/(s+t)² · st/(s+t) / mean rate, with mean lengths s and t.
    static let known = [
        Known(workload: "poisson: {rate: 180/m}", rate: 3, dispersion: 1),
        Known(workload: "poisson: {rate: 3/s, scale: 2}", rate: 6, dispersion: 1),
        Known(workload: "gamma: {rate: 2/s, scv: 4}", rate: 2, dispersion: 4),
        Known(workload: "gamma: {rate: 2/s, scv: 0.25, scale: 0.5}", rate: 1, dispersion: 0.25),
        Known(workload: "renewal: {interarrival: {gamma: {mean: 500ms, scv: 4}}, scale: 2}", rate: 4, dispersion: 4),
        Known(workload: "hawkes: {rate: 1/s, branching: 0.5, delay: 2s}", rate: 2, dispersion: 4),
        Known(workload: "hawkes: {rate: 1/s, branching: 0.5, delay: 2s, scale: 3}", rate: 6, dispersion: 4),
        Known(
            workload: "mmpp: {states: [{rate: 0/s, lasts: 30s}, {rate: 8/s, lasts: 10s}]}",
            rate: 2,
            dispersion: 1 + 2 * 64 * (300.0 / 1600) * 7.5 / 2
        ),
        Known(
            workload: "mmpp: {states: [{rate: 0/s, lasts: 30s}, {rate: 8/s, lasts: 10s}], scale: 0.5}",
            rate: 1,
            dispersion: 1 + 2 * 16 * (300.0 / 1600) * 7.5 / 1
        ),
    ]

    @Test("each has the mean rate and the burstiness that theory gives it", arguments: known)
    func ratesAndDispersions(known: Known) throws {
        let process = try Self.process(known.workload)
        let seconds = 400_000.0
        let moments = Self.moments(process, seconds: seconds)
        let rate = Double(moments.count) / seconds
        #expect(abs(rate - known.rate) < 0.04 * known.rate, "\(known.workload): \(rate)/s")
        if let told = process.meanRate { #expect(abs(told - known.rate) < 1e-9 * known.rate, "\(known.workload)") }
        let dispersion = Self.dispersion(moments, window: 400, seconds: seconds)
        #expect(abs(dispersion - known.dispersion) < 0.2 * known.dispersion, "\(known.workload): \(dispersion)")
    }

    @Test("a week has its rhythm, its weekend and its start") func week() throws {
        let process = try Self.process("poisson: {rate: 1/s, weekly: {peak: 10h, ratio: 3, weekend: 0.25, start: 5d}}")
        let moments = Self.moments(process, seconds: 7 * 86_400)
        var days = [Double](repeating: 0, count: 7)
        var hours = [Double](repeating: 0, count: 24)
        for moment in moments {
            days[Int(moment / 86_400)] += 1
            hours[Int(moment / 3600) % 24] += 1
        }
        #expect(abs(days[0] / days[3] - 0.25) < 0.02)
        #expect(abs(hours[9] / hours[21] - 3) < 0.35)
        #expect(abs(Double(moments.count) / (7 * 86_400) - 1) < 0.01)
    }

    @Test("unknown fields are refused with the name that was meant") func unknownFields() {
        func problems(_ workload: String) -> [String] {
            let text = ScenarioReaderTests.small.replacing("poisson: {rate: 10/s}", with: workload)
            return ScenarioReaderTests.problems(text.withPolicy)
        }
        let place = "line 7: services[0].workload[0]"
        #expect(
            problems("hawkes: {rate: 1/s, branchin: 0.5, delay: 2s}").sorted() == [
                "\(place).hawkes.branchin: unknown field; did you mean 'branching'?",
                "\(place).hawkes.branching: is required: Further requests that each one calls forth on average.",
            ]
        )
        #expect(
            problems("poisson: {rate: 1/s, weekly: {weekends: 0.2}}") == [
                "\(place).poisson.weekly.weekends: unknown field; did you mean 'weekend'?"
            ]
        )
        #expect(
            problems("poisson: {rate: 1/s, daily: {weekend: 0.2}}").first?.contains("daily.weekend: unknown field")
                == true
        )
        #expect(problems("mmpp: {states: [{rate: 1/s, lasts: 5s}]}").first?.contains("at least two states") == true)
        #expect(problems("hawks: {rate: 1/s}").first?.contains("did you mean 'hawkes'?") == true)
        #expect(
            problems("poisson: {rate: 1/s, daily: {}, weekly: {}}").first?.contains("both 'daily' and 'weekly'") == true
        )
    }

    // MARK: Stand-ins

    private static let withTrace = ScenarioReaderTests.small.withPolicy.replacing(
        "poisson: {rate: 10/s}",
        with: "trace: {path: requests.csv, standIn: {poisson: {rate: 10/s}}}"
    )

    @Test("requests are made up where the trace is not at hand, and the report says so") func standIn() throws {
        let document = try ScenarioDocument(text: Self.withTrace)
        let absent = TraceShelf(folder: FileManager.default.temporaryDirectory.appendingPathComponent("none").path)
        let plan = try document.plan(catalogue: .basic, traces: absent)
        #expect(plan.standIns == ["requests.csv"] && plan.traces.isEmpty)
        let context = ReportContext(plan: plan, scenarioHash: "", version: "test", warmUp: "none")
        let outcome = Experiment(
            variants: [.init(name: "it", scenario: plan.scenario)],
            seed: 1,
            replications: PrecisionRule(minimum: 1, maximum: 1, relativeHalfWidth: nil),
            catalogue: .basic
        ).run(jobs: 1)
        let report = RunReport.report(outcome, context)
        #expect(report.verdict.last?.contains("requests.csv was not read, and a process like it stood in") == true)
        #expect(report.provenance.contains { $0.name == "trace" && $0.value.hasPrefix("requests.csv, not read") })
        let json = ResultDocument.json(outcome, kind: "run", context, report)
        #expect(json["standIns"] == ["requests.csv"])
    }

    @Test("a trace that is at hand is used, unless stand-ins are wanted; either way mistakes are found")
    func traceAtHand() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("traces-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines =
            "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.97,48,10\n2023-11-16 18:17:04.03,18,8\n"
        try lines.write(to: folder.appendingPathComponent("requests.csv"), atomically: true, encoding: .utf8)
        let document = try ScenarioDocument(text: Self.withTrace)
        let used = try document.plan(catalogue: .basic, traces: TraceShelf(folder: folder.path))
        #expect(used.standIns.isEmpty && used.traces.map(\.path) == ["requests.csv"])
        let preferred = TraceShelf(folder: folder.path, prefersStandIns: true)
        #expect(try document.plan(catalogue: .basic, traces: preferred).standIns == ["requests.csv"])
        let wrong = try ScenarioDocument(text: Self.withTrace.replacing("10/s", with: "10"))
        #expect(throws: ProblemList.self) { try wrong.plan(catalogue: .basic, traces: TraceShelf(folder: folder.path)) }
    }
}

extension String {
    /// A scenario with a policy that the small catalogue has.
    fileprivate var withPolicy: String { self.replacing("serving:", with: "policy: {name: fixed}\n    serving:") }
}
