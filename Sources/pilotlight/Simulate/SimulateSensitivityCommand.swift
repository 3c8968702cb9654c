import ArgumentParser
import SimulationKit
import Simulator
import StructuredData

/// Which inputs of a scenario the answer hangs on.
struct SimulateSensitivityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sensitivity",
        abstract: "Show which inputs cost and p99 hang on: one at a time, or all together by Morris's screening.",
        discussion: """
            Inputs are never as sure as a simulation's digits look. Each is set to both ends of its range while the \
            others stand (a tornado plot), under the same luck. --morris also walks random ways through all ranges \
            together, which finds inputs that matter only in company. Inputs and figures stand in the scenario's \
            `sensitivity`, or on the command line.

              pilotlight simulate sensitivity simulations/scenarios/panic-settings.yaml
              pilotlight simulate sensitivity chat.yaml --morris 6 --output sensitivity.html \\
                  --vary services.chat.startup.warmUp.lognormal.median=20s,60s \\
                  --vary services.chat.workload.0.poisson.rate=1/s,4/s

            Exit status: 0, 2 for a wrong call.
            """
    )

    @Argument(help: ArgumentHelp("The scenario.", valueName: "scenario"))
    var scenario: String

    @Option(
        help: ArgumentHelp(
            "An input and its values from one end to the other; repeatable. Replaces the scenario's.",
            valueName: "path=a,b"
        )
    )
    var vary: [String] = []

    @Option(help: ArgumentHelp("A figure to watch; repeatable. (default: cost, latencyP99)", valueName: "figure"))
    var figure: [String] = []

    @Option(help: ArgumentHelp("So many random ways through all inputs together, 4 to 10.", valueName: "ways"))
    var morris: Int?

    @OptionGroup var options: SimulateOptions

    func validate() throws {
        if let morris, !(0...1000).contains(morris) {
            throw ValidationError("--morris is \(morris); choose 0 to 1000")
        }
        for name in self.figure where Figure(rawValue: name) == nil {
            let names = Figure.allCases.map(\.rawValue)
            throw ValidationError("--figure \(name) is no figure" + NearestName.hint(for: name, among: names))
        }
    }

    func run() throws {
        let loaded = try LoadedScenario(file: self.scenario, options: self.options)
        let seed = self.options.seed ?? loaded.plan.seed
        let plan = try self.plan(loaded)
        let study = Sensitivity(
            plan: plan,
            document: loaded.document,
            catalogue: LoadedScenario.catalogue,
            traces: loaded.traces,
            seed: seed,
            replications: self.options.rule ?? loaded.plan.replications
        )
        let session = ExperimentSession(options: self.options)
        let (found, seconds) = try session.run { watch in
            let (scenario, warmUp) = session.warmedUp(loaded.plan.scenario, loaded.plan, seed: seed)
            let base = Experiment.Variant(name: loaded.plan.baseline, scenario: scenario)
            do throws(ProblemList) {
                return (try study.run(base: base, jobs: self.options.threads, watch: watch), warmUp)
            } catch {
                throw LoadedScenario.failure(error.problems, in: self.scenario)
            }
        }
        let context = ReportContext(
            plan: loaded.plan,
            scenarioHash: loaded.document.fingerprint,
            version: Version.text,
            warmUp: found.1,
            wallSeconds: seconds
        )
        let report = SensitivityReport.report(found.0, plan, context)
        var json = ResultDocument.json(found.0.outcome, kind: "sensitivity", context, report)
        if !(found.0.outcome.variants.first?.digests.isEmpty ?? true) {
            json["sensitivity"] = SensitivityReport.json(found.0, plan)
        }
        try self.options.write(report, json: json)
    }

    private func plan(_ loaded: LoadedScenario) throws -> SensitivityPlan {
        var plan = loaded.plan.sensitivity ?? SensitivityPlan()
        if !self.vary.isEmpty { plan.inputs = try self.vary.map(SimulatePoints.field) }
        if !self.figure.isEmpty { plan.figures = self.figure.compactMap(Figure.init(rawValue:)) }
        if let morris { plan.trajectories = morris }
        guard !plan.inputs.isEmpty else {
            throw SimulateFile.refusal(
                "\(self.scenario) has no 'sensitivity' that names inputs: add one, or use --vary path=low,high"
            )
        }
        return plan
    }
}
