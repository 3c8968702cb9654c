import ArgumentParser
import Simulator
import StructuredData

/// Variants of a loaded scenario, with problems told as every command tells them.
enum SimulatePoints {
    static func variants(
        _ points: [(name: String, settings: Sweep.Point)],
        of loaded: LoadedScenario
    ) throws -> [Experiment.Variant] {
        do {
            return try Sweep.variants(
                points,
                of: loaded.document,
                catalogue: LoadedScenario.catalogue,
                traces: loaded.traces
            )
        } catch {
            throw LoadedScenario.failure(error.problems, in: loaded.file)
        }
    }

    /// `path=value,value` as a field to vary.
    static func field(_ text: String) throws -> ScenarioPlan.SweepField {
        guard let setting = Setting(argument: text) else {
            throw SimulateFile.refusal("--vary \(text) is no path=value,value")
        }
        let values = setting.value.split(separator: ",").map { LoadedScenario.value(of: String($0)) }
        guard !values.isEmpty else { throw SimulateFile.refusal("--vary \(text) names no value") }
        return ScenarioPlan.SweepField(path: setting.key, values: values)
    }
}
