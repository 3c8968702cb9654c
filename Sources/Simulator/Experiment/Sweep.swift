import SimulationKit
public import StructuredData

/// The points of a sweep, and the variants that they make.
public enum Sweep {
    /// One point: a value for each field.
    public typealias Point = [ScenarioPlan.Setting]

    /// Every combination of the values.
    ///
    /// - Throws: When there are more than `limit`.
    public static func grid(_ fields: [ScenarioPlan.SweepField], limit: Int = 1000) throws(Problem) -> [Point] {
        let count = fields.reduce(1) { $0.multipliedReportingOverflow(by: $1.values.count).partialValue }
        guard !fields.isEmpty, 1...limit ~= count else {
            let message = "makes \(count) combinations; \(limit) are the most, or sample them with --latin-hypercube"
            throw Problem(path: "sweep", message: fields.isEmpty ? "names no field to vary" : message)
        }
        return fields.reduce([[]]) { points, field in
            points.flatMap { point in
                field.values.map { point + [ScenarioPlan.Setting(path: field.path, value: $0)] }
            }
        }
    }

    /// So many points of the combinations, spread so that every value of every field comes up as often as the others.
    public static func latinHypercube(
        _ fields: [ScenarioPlan.SweepField],
        points: Int,
        seed: UInt64
    ) throws(Problem) -> [Point] {
        guard !fields.isEmpty, points > 0 else { throw Problem(path: "sweep", message: "names no field to vary") }
        var stream = RandomStream(seed: seed, replication: 0, purpose: .sampling)
        let places = LatinHypercube.points(points, inputs: fields.count) { stream.uniform() }
        return places.map { place in
            zip(fields, place).map { field, share in
                let index = min(Int(share * Double(field.values.count)), field.values.count - 1)
                return ScenarioPlan.Setting(path: field.path, value: field.values[index])
            }
        }
    }

    /// What a point is called: `target=10, policy=knative`.
    public static func name(of point: Point) -> String {
        point.map { setting in
            let field = setting.path.split(separator: ".").last.map(String.init) ?? setting.path
            return "\(field)=\(setting.value.stringValue ?? setting.value.jsonText())"
        }.joined(separator: ", ")
    }

    /// The variants that the points make of a document; all of them are read before any runs.
    ///
    /// - Throws: Every problem of every point, with the point's name as its path.
    public static func variants(
        _ points: [(name: String, settings: Point)],
        of document: ScenarioDocument,
        catalogue: PolicyCatalogue,
        traces: TraceShelf
    ) throws(ProblemList) -> [Experiment.Variant] {
        var problems: [Problem] = []
        var variants: [Experiment.Variant] = []
        for point in points {
            do {
                let plan = try document.setting(point.settings).plan(catalogue: catalogue, traces: traces)
                variants.append(Experiment.Variant(name: point.name, scenario: plan.scenario))
            } catch let error as ProblemList {
                problems += error.problems.map { Problem(path: "\(point.name): \($0.path)", message: $0.message) }
            } catch let error as Problem {
                problems.append(Problem(path: "\(point.name): \(error.path)", message: error.message))
            } catch {
                problems.append(Problem(path: point.name, message: "\(error)"))
            }
        }
        guard problems.isEmpty else { throw ProblemList(problems) }
        return variants
    }
}
