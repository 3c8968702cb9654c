import ArgumentParser
import Simulator

/// Exact answers, met or not.
struct SimulateSelfTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Run systems that queueing theory knows exactly, and show how far the simulator is from theory.",
        discussion: """
            Each figure is simulated in several replications; the exact value must lie within the 99 % interval. The
            deviation stands in standard errors: two are common, four are not.

              pilotlight simulate selftest
              pilotlight simulate selftest --only E2 --effort 10

            Exit status: 0 when it agrees, 1 when it does not, 2 for a wrong call.
            """
    )

    @Option(help: ArgumentHelp("Only cases whose key begins so.", valueName: "key"))
    var only = ""

    @Option(help: ArgumentHelp("So many times as long; four times makes intervals half as wide.", valueName: "factor"))
    var effort = 1.0

    @OptionGroup var options: SimulateOptions

    func validate() throws {
        guard self.effort > 0, self.effort <= 10_000 else { throw ValidationError("--effort is \(self.effort)") }
    }

    func run() throws {
        let test = SelfTest(seed: self.options.seed ?? 1, effort: self.effort)
        let session = ExperimentSession(options: self.options)
        let (outcome, seconds) = session.run { test.run(jobs: self.options.threads, only: self.only, watch: $0) }
        guard !outcome.rows.isEmpty else { throw ValidationError("no case has a key that begins with '\(self.only)'") }
        let report = SelfTestReport.report(outcome, seed: test.seed, wallSeconds: seconds)
        try self.options.write(report, json: SelfTestReport.json(outcome, seed: test.seed))
        if !report.isGood { throw ExitCode(1) }
    }
}
