import ArgumentParser
import Foundation
import SimulationKit
import Simulator
import StructuredData

/// A scenario file, read, with what the command line changed.
struct LoadedScenario {
    let file: String
    let document: ScenarioDocument
    let plan: ScenarioPlan
    let traces: TraceShelf

    static let catalogue = PolicyCatalogue.everything

    /// - Throws: Exit status 2, after telling every problem with its line.
    init(file: String, options: SimulateOptions) throws {
        self.file = file
        let url = URL(fileURLWithPath: file)
        do {
            let data = try SimulateFile.data(file)
            let given = options.settings.map { ScenarioPlan.Setting(path: $0.key, value: Self.value(of: $0.value)) }
            var document = try ScenarioDocument(text: String(decoding: data, as: UTF8.self))
            document = try document.setting(given)
            self.traces = TraceShelf(
                folder: url.deletingLastPathComponent().path,
                prefersStandIns: options.standIns
            )
            self.document = document
            self.plan = try document.plan(catalogue: Self.catalogue, traces: self.traces)
        } catch let error as ProblemList {
            throw Self.failure(error.problems, in: file)
        } catch let error as Problem {
            throw Self.failure([error], in: file)
        } catch {
            throw Self.failure([Problem(path: "", message: "cannot be read: \(error.localizedDescription)")], in: file)
        }
    }

    /// What a value on the command line means: as it would mean in the file.
    static func value(of text: String) -> JSONValue {
        guard let document = try? ScenarioDocument(text: text) else { return .string(text) }
        return document.json
    }

    static func failure(_ problems: [Problem], in file: String) -> ExitCode {
        for problem in problems {
            let place = problem.line.map { "\(file):\($0)" } ?? file
            let path = problem.path.isEmpty ? "" : "\(problem.path): "
            StandardStream.error.write("\(place): \(path)\(problem.message)\n")
        }
        return ExitCode(2)
    }
}
