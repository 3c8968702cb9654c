import ArgumentParser
import Simulator
import StructuredData

/// A scenario at many points.
struct SimulateSweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Run a scenario at many values of some fields, and show cost against p99 with its front and knee.",
        discussion: """
            The fields and values stand in the scenario's `sweep`, or on the command line. All combinations are run, or \
            so many points spread evenly over them.

              pilotlight simulate sweep simulations/scenarios/panic-settings.yaml
              pilotlight simulate sweep chat.yaml --vary services.chat.scaling.stableWindow=30s,60s,120s \\
                                                  --vary services.chat.scaling.target=5,10,20
              pilotlight simulate sweep chat.yaml --latin-hypercube 20 --output sweep.html

            Exit status: 0, 2 for a wrong call.
            """
    )

    @Argument(help: ArgumentHelp("The scenario.", valueName: "scenario"))
    var scenario: String

    @Option(
        help: ArgumentHelp("A field and its values; repeatable. Replaces the scenario's sweep.", valueName: "path=a,b")
    )
    var vary: [String] = []

    @Option(help: ArgumentHelp("So many points spread over the combinations instead of all.", valueName: "points"))
    var latinHypercube: Int?

    @OptionGroup var options: SimulateOptions

    func validate() throws {
        if let count = self.latinHypercube, !(1...10_000).contains(count) {
            throw ValidationError("--latin-hypercube is \(count); choose 1 to 10000")
        }
    }

    func run() throws {
        let loaded = try LoadedScenario(file: self.scenario, options: self.options)
        let seed = self.options.seed ?? loaded.plan.seed
        let fields = self.vary.isEmpty ? loaded.plan.sweep : try self.vary.map(SimulatePoints.field)
        guard !fields.isEmpty else {
            throw SimulateFile.refusal(
                "\(self.scenario) has no 'sweep' that names fields: add one, or use --vary path=a,b,c"
            )
        }
        let points: [Sweep.Point]
        do {
            points =
                if let count = self.latinHypercube {
                    try Sweep.latinHypercube(fields, points: count, seed: seed)
                } else { try Sweep.grid(fields) }
        } catch {
            throw LoadedScenario.failure([error], in: self.scenario)
        }
        let variants = try SimulatePoints.variants(points.map { (Sweep.name(of: $0), $0) }, of: loaded)
        let session = ExperimentSession(options: self.options)
        let (found, seconds) = session.run { watch in
            let (scenario, warmUp) = session.warmedUp(loaded.plan.scenario, loaded.plan, seed: seed)
            let experiment = Experiment(
                variants: variants.map { variant in
                    var variant = variant
                    variant.scenario.warmUpSeconds = scenario.warmUpSeconds
                    return variant
                },
                seed: seed,
                replications: self.options.rule ?? loaded.plan.replications,
                sureFigure: loaded.plan.sureFigure,
                catalogue: LoadedScenario.catalogue
            )
            return (outcome: experiment.run(jobs: self.options.threads, watch: watch), warmUp: warmUp)
        }
        let context = ReportContext(
            plan: loaded.plan,
            scenarioHash: loaded.document.fingerprint,
            version: Version.text,
            warmUp: found.warmUp,
            wallSeconds: seconds
        )
        let report = CompareReport.report(found.outcome, context, title: "swept")
        try self.options.write(report, json: ResultDocument.json(found.outcome, kind: "sweep", context, report))
    }
}
