import ArgumentParser
import Simulator
import StructuredData

/// The schema of scenario files, and the policies that they can name.
struct SimulateSchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON schema of scenario files, for editors; or the policies and what they can be told.",
        discussion: """
              pilotlight simulate schema > scenario.schema.json
              pilotlight simulate schema --policies

            An editor that knows the schema completes fields and shows what they mean:

              # yaml-language-server: $schema=scenario.schema.json
            """
    )

    @Flag(help: "List the policies with their parameters instead.")
    var policies = false

    func run() throws {
        guard self.policies else {
            return StandardStream.output.write(ScenarioDocument.schema.jsonText(indentation: 2) + "\n")
        }
        for factory in LoadedScenario.catalogue.factories {
            let description = factory.description
            var lines = ["\(description.name): \(description.summary)"]
            for parameter in description.parameters {
                let unit = parameter.unit.isEmpty ? "" : " \(parameter.unit)"
                let standard = NumberText.significant(parameter.standard)
                lines.append("    \(parameter.name): \(parameter.summary) Default \(standard)\(unit).")
            }
            StandardStream.output.write(lines.joined(separator: "\n") + "\n")
        }
    }
}
