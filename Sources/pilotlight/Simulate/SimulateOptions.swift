import ArgumentParser
import Foundation
import SimulationKit
import Simulator
import StructuredData

/// What all commands that run experiments take.
struct SimulateOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, html
    }

    @Option(help: ArgumentHelp("Where random numbers begin, instead of the scenario's.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("So many replications, instead of the scenario's rule.", valueName: "count"))
    var reps: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("Threads. (default: one a processor)", valueName: "count"))
    var jobs: Int?

    @Option(name: .shortAndLong, help: ArgumentHelp("text, json or html.", valueName: "text|json|html"))
    var format: Format?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write the report there; .html and .json name the format too.", valueName: "file")
    )
    var output: String?

    @Flag(help: "Show progress even when no terminal is there.")
    var progress = false

    @Flag(help: "Use what stands in for traces even where they are at hand: the same result anywhere.")
    var standIns = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A field of the scenario by its path: services.chat.policy.name=knative; repeatable.",
            valueName: "path=value"
        )
    )
    var settings: [Setting] = []

    func validate() throws {
        if let reps, !(1...1_000_000).contains(reps) { throw ValidationError("--reps is \(reps); choose at least 1") }
        if let output, output != "-", let objection = SimulateFile.objection(toWriting: output) {
            throw ValidationError("--output cannot be written: \(objection)")
        }
        if let jobs, !(1...4096).contains(jobs) { throw ValidationError("--jobs is \(jobs); choose 1 to 4096") }
    }

    var threads: Int { self.jobs ?? ProcessInfo.processInfo.activeProcessorCount }

    var rule: PrecisionRule? { self.reps.map { PrecisionRule(minimum: $0, maximum: $0, relativeHalfWidth: nil) } }

    /// The format that was named, or else the one that the output's ending names.
    var chosenFormat: Format {
        if let format { return format }
        switch self.output.map({ ($0 as NSString).pathExtension }) {
        case "html"?, "htm"?: return .html
        case "json"?: return .json
        default: return .text
        }
    }

    // MARK: Writing

    /// Writes a report in the chosen format to the chosen place.
    func write(_ report: Report, json: @autoclosure () -> JSONValue) throws {
        let text =
            switch self.chosenFormat {
            case .text: ReportText(isStyled: self.output == nil && StandardStream.output.isTerminal).text(report)
            case .json: json().jsonText(indentation: 2) + "\n"
            case .html: ReportHTML.page(report)
            }
        guard let output, output != "-" else { return StandardStream.output.write(text) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: output), options: .atomic)
        } catch {
            StandardStream.error.write("pilotlight: \(output) cannot be written: \(error.localizedDescription)\n")
            throw ExitCode(1)
        }
        // Whoever writes a page away still wants to know the answer.
        StandardStream.output.write(report.verdict.map { $0 + "\n" }.joined() + "The report is in \(output).\n")
    }
}
