import ArgumentParser
import Simulator
import StructuredData

/// Why there were as many replicas as there were.
struct SimulateExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why replicas were added or let go: the decisions around a moment of a run, with their numbers.",
        discussion: """
            Runs one replication again, which gives the same run to the bit, and shows what was decided.

              pilotlight simulate explain chat.yaml --at 12m
              pilotlight simulate explain chat.yaml --service chat --from 10m --to 15m
              pilotlight simulate explain chat.yaml --at 12m --replication 3 --format json
            """
    )

    @Argument(help: ArgumentHelp("The scenario.", valueName: "scenario"))
    var scenario: String

    @Option(help: ArgumentHelp("The moment, as 12m or 1h30m; a minute before and after are shown.", valueName: "time"))
    var at: SimulatedTime?

    @Option(help: ArgumentHelp("Show decisions from here.", valueName: "time"))
    var from: SimulatedTime?

    @Option(help: ArgumentHelp("Show decisions up to here.", valueName: "time"))
    var to: SimulatedTime?

    @Option(help: ArgumentHelp("Of this service only.", valueName: "name"))
    var service: String?

    @Option(help: ArgumentHelp("Which replication, from 0.", valueName: "number"))
    var replication = 0

    @Option(help: ArgumentHelp("At most so many decisions of each service.", valueName: "count"))
    var limit = 50

    @OptionGroup var options: SimulateOptions

    func run() throws {
        let loaded = try LoadedScenario(file: self.scenario, options: self.options)
        if let service, !loaded.plan.scenario.services.contains(where: { $0.name == service }) {
            let names = loaded.plan.scenario.services.map(\.name)
            throw SimulateFile.refusal(
                "there is no service '\(service)'" + NearestName.hint(for: service, among: names)
            )
        }
        let horizon = loaded.plan.scenario.horizonSeconds
        for time in [self.at, self.from].compactMap(\.self) where time.seconds > horizon {
            let asked = FigureUnit.seconds.text(time.seconds)
            throw SimulateFile.refusal("\(asked) lies after the end of the run, \(FigureUnit.seconds.text(horizon))")
        }
        let low = self.from?.seconds ?? self.at.map { $0.seconds - 60 } ?? 0
        let high = self.to?.seconds ?? self.at.map { $0.seconds + 60 } ?? .infinity
        let explanation = Explanation(
            scenario: loaded.plan.scenario,
            seed: self.options.seed ?? loaded.plan.seed,
            replication: self.replication,
            catalogue: LoadedScenario.catalogue
        )
        let session = ExperimentSession(options: self.options)
        let (found, _) = session.run { watch in
            explanation.entries(between: low, and: high, service: self.service, limit: self.limit) { watch.isStopped }
        }
        if self.options.chosenFormat == .json {
            return StandardStream.output.write(Explanation.json(found).jsonText(indentation: 2) + "\n")
        }
        if session.watch.isStopped {
            return StandardStream.output.write("The run was stopped before it came to its decisions.\n")
        }
        StandardStream.output.write(Explanation.text(found))
    }
}

/// A moment of a run, `12m30s`.
struct SimulatedTime: ExpressibleByArgument {
    let seconds: Double

    init?(argument: String) {
        guard let seconds = FigureUnit.duration(argument) else { return nil }
        self.seconds = seconds
    }
}
