import ArgumentParser
import Simulator
import StructuredData

/// The best values of some fields.
struct SimulateOptimizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize",
        abstract: "Find the cheapest way that keeps to limits, or the smallest number that does.",
        discussion: """
            What to make small, within which limits, and over which values stands in the scenario's `optimize`. A \
            `capacity` is found by halving its range; combinations race each other, and those that cannot win any more \
            are given up early.

              pilotlight simulate optimize simulations/scenarios/gpus-by-six.yaml
              pilotlight simulate optimize chat.yaml --output best.html

            Exit status: 0, 1 when nothing keeps to the limits, 2 for a wrong call.
            """
    )

    @Argument(help: ArgumentHelp("The scenario.", valueName: "scenario"))
    var scenario: String

    @OptionGroup var options: SimulateOptions

    func run() throws {
        let loaded = try LoadedScenario(file: self.scenario, options: self.options)
        guard let plan = loaded.plan.optimize else {
            throw SimulateFile.refusal("\(self.scenario) has no 'optimize' that says what to look for")
        }
        let seed = self.options.seed ?? loaded.plan.seed
        let session = ExperimentSession(options: self.options)
        let search = Optimization(
            plan: plan,
            document: loaded.document,
            catalogue: LoadedScenario.catalogue,
            traces: loaded.traces,
            seed: seed,
            replications: self.options.rule ?? loaded.plan.replications
        )
        let (found, seconds) = try session.run { watch in
            do throws(ProblemList) {
                return try search.run(jobs: self.options.threads, watch: watch)
            } catch {
                throw LoadedScenario.failure(error.problems, in: self.scenario)
            }
        }
        let context = ReportContext(
            plan: loaded.plan,
            scenarioHash: loaded.document.fingerprint,
            version: Version.text,
            warmUp: loaded.plan.findsWarmUp ? "none: optimize does not look for one" : "as said",
            wallSeconds: seconds
        )
        let report = OptimizeReport.report(found, plan, context)
        try self.options.write(
            report,
            json: ResultDocument.json(found.outcome, kind: "optimize", context, report)
        )
        if !report.isGood { throw ExitCode(1) }
    }
}
