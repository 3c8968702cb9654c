import ArgumentParser
import Simulator

/// One scenario as it stands.
struct SimulateRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a scenario and say what happens: latency, cold starts, replicas, cost, each with its interval.",
        discussion: """
              pilotlight simulate run simulations/scenarios/dev-fleet.yaml
              pilotlight simulate run chat.yaml --set horizon=8h --reps 20 --output chat.html
              pilotlight simulate run chat.yaml --format json | jq .variants[0].figures.latencyP99

            Exit status: 0, 1 when a service breaks the objective that the scenario gives it, 2 for a wrong call.
            """
    )

    @Argument(help: ArgumentHelp("The scenario (.yaml or .json); - reads the standard input.", valueName: "scenario"))
    var scenario: String

    @OptionGroup var options: SimulateOptions

    func run() throws {
        let loaded = try LoadedScenario(file: self.scenario, options: self.options)
        let plan = loaded.plan
        let seed = self.options.seed ?? plan.seed
        let session = ExperimentSession(options: self.options)
        let (found, seconds) = session.run { watch in
            let (scenario, warmUp) = session.warmedUp(plan.scenario, plan, seed: seed)
            let experiment = Experiment(
                variants: [.init(name: plan.name, scenario: scenario)],
                seed: seed,
                replications: self.options.rule ?? plan.replications,
                sureFigure: plan.sureFigure,
                catalogue: LoadedScenario.catalogue
            )
            return (outcome: experiment.run(jobs: self.options.threads, watch: watch), warmUp: warmUp)
        }
        let context = ReportContext(
            plan: plan,
            scenarioHash: loaded.document.fingerprint,
            version: Version.text,
            warmUp: found.warmUp,
            wallSeconds: seconds
        )
        let report = RunReport.report(found.outcome, context)
        try self.options.write(
            report,
            json: ResultDocument.json(found.outcome, kind: "run", context, report)
        )
        if !report.isGood { throw ExitCode(1) }
    }
}
