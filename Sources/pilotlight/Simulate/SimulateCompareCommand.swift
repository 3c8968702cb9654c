import ArgumentParser
import Simulator

/// Several scenarios, or several ways of one, side by side.
struct SimulateCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Set alternatives side by side under the same luck: differences with intervals, cost against p99.",
        discussion: """
            With one scenario its `alternatives` are compared with it as it stands; with several, the others with the \
            first. Every alternative meets the same requests at the same moments, so that small differences show. Where \
            the interval of a difference holds zero, no difference is shown, and none is claimed.

              pilotlight simulate compare simulations/scenarios/knative-or-pilotlight.yaml
              pilotlight simulate compare today.yaml tomorrow.yaml --output compare.html
              pilotlight simulate compare chat.yaml --with services.chat.policy.name=knative

            Exit status: 0, 2 for a wrong call.
            """
    )

    @Argument(help: ArgumentHelp("One scenario with alternatives, or several scenarios.", valueName: "scenario"))
    var scenarios: [String]

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("One more alternative: fields and values, separated by commas.", valueName: "path=value,…")
    )
    var alternatives: [String] = []

    @OptionGroup var options: SimulateOptions

    func run() throws {
        guard let first = self.scenarios.first else { throw SimulateFile.refusal("name a scenario") }
        let (loaded, others) = try self.load()
        let seed = self.options.seed ?? loaded.plan.seed
        let variants = try self.variants(loaded, others)
        guard variants.count > 1 else {
            throw SimulateFile.refusal(
                "\(first) has no 'alternatives': name another scenario, or use --with path=value"
            )
        }
        let session = ExperimentSession(options: self.options)
        let (found, seconds) = session.run { watch in
            let warmed = variants.map { variant in
                let (scenario, text) = session.warmedUp(variant.scenario, loaded.plan, seed: seed)
                return (Experiment.Variant(name: variant.name, scenario: scenario), text)
            }
            let experiment = Experiment(
                variants: warmed.map(\.0),
                seed: seed,
                replications: self.options.rule ?? loaded.plan.replications,
                sureFigure: loaded.plan.sureFigure,
                catalogue: LoadedScenario.catalogue
            )
            return (outcome: experiment.run(jobs: self.options.threads, watch: watch), warmUp: warmed[0].1)
        }
        let context = ReportContext(
            plan: loaded.plan,
            scenarioHash: loaded.document.fingerprint,
            version: Version.text,
            warmUp: found.warmUp,
            wallSeconds: seconds
        )
        let report = CompareReport.report(found.outcome, context, title: "compared")
        try self.options.write(report, json: ResultDocument.json(found.outcome, kind: "compare", context, report))
    }

    /// All scenarios, after the problems of all of them were told.
    private func load() throws -> (first: LoadedScenario, others: [LoadedScenario]) {
        let results = self.scenarios.map { file in Result { try LoadedScenario(file: file, options: self.options) } }
        let loaded = try results.map { try $0.get() }
        guard let first = loaded.first else { throw SimulateFile.refusal("name a scenario") }
        return (first, Array(loaded.dropFirst()))
    }

    private func variants(_ loaded: LoadedScenario, _ others: [LoadedScenario]) throws -> [Experiment.Variant] {
        var points = loaded.plan.alternatives.map { (name: $0.name, settings: $0.settings) }
        for text in self.alternatives {
            let settings = try text.split(separator: ",").map { part in
                guard let setting = Setting(argument: String(part)) else {
                    throw SimulateFile.refusal("--with \(text): '\(part)' is no path=value")
                }
                return ScenarioPlan.Setting(path: setting.key, value: LoadedScenario.value(of: setting.value))
            }
            points.append((Sweep.name(of: settings), settings))
        }
        let baseName = self.scenarios.count > 1 ? loaded.plan.name : loaded.plan.baseline
        var variants = [Experiment.Variant(name: baseName, scenario: loaded.plan.scenario)]
        if self.scenarios.count == 1 || !self.alternatives.isEmpty {
            variants += try SimulatePoints.variants(points, of: loaded)
        }
        for other in others {
            variants.append(.init(name: other.plan.name, scenario: other.plan.scenario))
        }
        return variants
    }
}
