import ArgumentParser
import Foundation
import Simulator
import StructuredData

/// Exact answers, met or not.
struct SimulateSelfTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Run systems that queueing theory knows exactly, and show how far the simulator is from theory.",
        discussion: """
            Each figure is simulated in several replications; the exact value must lie within the 99 % interval. The \
            deviation stands in standard errors: two are common, four are not.

              pilotlight simulate selftest
              pilotlight simulate selftest --only E2 --effort 10
              pilotlight simulate selftest --traces ~/traces

            With a folder of public traces two more tables are reproduced: keep-alive rules on 1,000 Azure functions \
            (1000_inv.csv), and measured cold starts of AWS Lambda (res-*.csv).

            Without --only it also runs two scenarios on one thread and on two, both twice, and compares the SHA-256 of
            all results.

            Exit status: 0 when it agrees, 1 when it does not, 2 for a wrong call.
            """
    )

    @Option(help: ArgumentHelp("Only cases whose key begins so.", valueName: "key"))
    var only = ""

    @Option(help: ArgumentHelp("So many times as long; four times makes intervals half as wide.", valueName: "factor"))
    var effort = 1.0

    @Option(help: ArgumentHelp("A folder with public traces, looked through for those two.", valueName: "folder"))
    var traces: String?

    @OptionGroup var options: SimulateOptions

    func validate() throws {
        guard self.effort > 0, self.effort <= 10_000 else {
            throw ValidationError("--effort is \(self.effort); choose above 0, at most 10000")
        }
        if let traces, (try? FileManager.default.contentsOfDirectory(atPath: traces)) == nil {
            throw ValidationError("--traces \(traces) is no folder that can be read")
        }
    }

    func run() throws {
        let test = SelfTest(seed: self.options.seed ?? 1, effort: self.effort)
        let session = ExperimentSession(options: self.options)
        let (outcome, seconds) = session.run { test.run(jobs: self.options.threads, only: self.only, watch: $0) }
        guard !outcome.rows.isEmpty else {
            throw SimulateFile.refusal("no case has a key that begins with '\(self.only)'")
        }
        var report = SelfTestReport.report(outcome, seed: test.seed, wallSeconds: seconds)
        for (table, isMet) in try self.tables(seed: test.seed) {
            report.tables.append(table)
            report.verdict.append("\(table.title): \(isMet ? "reproduced" : "NOT reproduced").")
            report.isGood = report.isGood && isMet
        }
        var json = SelfTestReport.json(outcome, seed: test.seed)
        if self.only.isEmpty, outcome.isComplete {
            let check = ReproducibilityCheck.run(seed: test.seed)
            report.tables.append(check.table)
            report.verdict.append(
                check.isGood
                    ? "The same seed gives the same bytes on one thread and on two, twice."
                    : "The same seed does NOT give the same bytes every time."
            )
            report.isGood = report.isGood && check.isGood
            json["reproducibility"] = check.json
            json["isGood"] = .bool(report.isGood)
        }
        try self.options.write(report, json: json)
        if !report.isGood { throw ExitCode(1) }
    }

    private func tables(seed: UInt64) throws -> [(table: ReportTable, isMet: Bool)] {
        guard let traces else { return [] }
        let names = FileManager.default.enumerator(atPath: traces)?.compactMap { $0 as? String }.sorted() ?? []
        func read(_ name: String) throws -> Trace { try TraceImporter().read("\(traces)/\(name)") }
        do {
            let policies = try names.filter { $0.hasSuffix("1000_inv.csv") }.compactMap { name in
                TraceTables.policies(try read(name))
            }
            let runs = try names.filter { $0.contains("res-") && $0.hasSuffix(".csv") }.map(read)
            guard !policies.isEmpty || !runs.isEmpty else {
                throw SimulateFile.refusal("--traces \(traces) holds neither 1000_inv.csv nor res-*.csv")
            }
            return policies + (runs.isEmpty ? [] : [TraceTables.lambda(runs, seed: seed)])
        } catch let error as TraceError {
            StandardStream.error.write("pilotlight: \(error)\n")
            throw ExitCode(2)
        }
    }
}
