import ArgumentParser
import Foundation
import Simulator
import StructuredData

/// Laws from measurements.
struct SimulateFitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Turn measured times into laws for a scenario: of a list of seconds, or of a trace's durations.",
        discussion: """
            The file holds a time a line, in seconds (1.25) or with a unit (1250ms), or is a trace with durations. The law is printed as scenario \
            files take it, with how plausible it is: how often chance alone would put a sample of it so far away.

              pilotlight simulate fit starts.txt
              pilotlight simulate fit access.jsonl

            Exit status: 0, 2 when the file holds too few times.
            """
    )

    @Argument(help: ArgumentHelp("Seconds, one a line; or a trace.", valueName: "file"))
    var file: String

    @Option(help: "Where random numbers of the bootstrap begin.")
    var seed: UInt64 = 1

    func run() throws {
        let values = try self.values()
        guard values.count >= 2, let found = LawFitter(samples: values).best(seed: self.seed) else {
            StandardStream.error.write("pilotlight: \(self.file) holds \(values.count) times; a law needs more\n")
            throw ExitCode(2)
        }
        var lines = [LawText.text(found.chosen.law), ""]
        lines.append("\(found.samples) measurements; \(Self.quality(found.chosen)).")
        lines += found.remarks
        for other in found.candidates where other.family != found.chosen.family {
            lines.append("also tried: \(LawText.text(other.law)), \(Self.quality(other))")
        }
        StandardStream.output.write(lines.joined(separator: "\n") + "\n")
    }

    private static func quality(_ fitted: FittedLaw) -> String {
        let distance =
            "\(fitted.family.rawValue), Kolmogorov-Smirnov distance \(NumberText.significant(fitted.distance))"
        return fitted.plausibility.map { "\(distance), plausibility \(NumberText.significant($0))" } ?? distance
    }

    /// `1.25` or `1250ms`; `nil` for what is no time.
    private static func seconds(_ text: String) -> Double? {
        guard let seconds = Double(text) ?? FigureUnit.duration(text), seconds >= 0, seconds.isFinite else {
            return nil
        }
        return seconds
    }

    /// Lines that are no times are told with their numbers.
    private func tell(_ skipped: [(line: Int, text: String)]) {
        guard !skipped.isEmpty else { return }
        StandardStream.error.write("\(skipped.count) lines are no times and are left out:\n")
        for (line, text) in skipped.prefix(10) {
            StandardStream.error.write("  \(self.file):\(line): '\(text.prefix(60))' is no number of seconds\n")
        }
    }

    private func values() throws -> [Double] {
        let text: String
        do {
            text = String(decoding: try SimulateFile.data(self.file), as: UTF8.self)
        } catch {
            throw SimulateFile.refusal("\(self.file) \(error.message)")
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.enumerated().filter { !$0.element.isEmpty }
        guard !lines.isEmpty else { throw SimulateFile.refusal("\(self.file) is empty") }
        let times = lines.map { (line: $0.offset + 1, text: $0.element, seconds: Self.seconds($0.element)) }
        let numbers = times.compactMap(\.seconds)
        if numbers.count * 2 > lines.count {
            self.tell(times.filter { $0.seconds == nil }.map { ($0.line, $0.text) })
            return numbers
        }
        do {
            let trace = try TraceImporter().read(self.file)
            guard case .requests(let requests) = trace.content else { return [] }
            return requests.filter { $0.duration >= 0 }.map { Double($0.duration) / 1e9 }
        } catch {
            StandardStream.error.write("pilotlight: \(error)\n")
            throw ExitCode(2)
        }
    }
}
