import Hashing
public import StructuredData
import YAMLReading

/// A scenario file as it was written, YAML or JSON, before it becomes a plan.
///
/// Fields can be set by their path, so that sweeps and alternatives change what an author could have written, and are
/// checked by the same reader.
public struct ScenarioDocument: Sendable {
    public private(set) var json: JSONValue
    private let sources: SourceMap

    /// Reads the one document of a text.
    ///
    /// - Throws: What keeps the text from being a document.
    public init(text: String) throws(ProblemList) {
        let (documents, end) = YAMLDocument.all(in: text)
        let problems = documents.flatMap(\.problems) + [end].compactMap(\.self)
        guard problems.isEmpty else { throw ProblemList(problems) }
        guard documents.count == 1 else {
            let message = documents.isEmpty ? "there is nothing in it" : "a scenario is one document, here are several"
            throw ProblemList([Problem(path: "", message: message, line: documents.dropFirst().first?.line)])
        }
        self.json = documents[0].value
        self.sources = documents[0].sources
    }

    public init(json: JSONValue) {
        self.json = json
        self.sources = SourceMap()
    }

    /// The plan that the document describes.
    ///
    /// - Throws: Every problem, each with its line.
    public func plan(catalogue: PolicyCatalogue, traces: TraceShelf = .empty) throws(ProblemList) -> ScenarioPlan {
        do {
            return try ScenarioReader(catalogue: catalogue, traces: traces).plan(of: self.json)
        } catch {
            let located = error.problems.map(self.sources.located)
            throw ProblemList(located.sorted { ($0.line ?? 0) < ($1.line ?? 0) })
        }
    }

    /// The hash of what is said, however it is laid out; comments and the order of members do not count.
    public var fingerprint: String { SHA256.hexDigest(of: Self.sorted(self.json).jsonText().utf8) }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            let members = object.members.sorted { $0.key < $1.key }
            return .object(JSONObject(members.map { ($0.key, Self.sorted($0.value)) }))
        case .array(let elements): return .array(elements.map(Self.sorted))
        case .null, .bool, .int, .double, .string: return value
        }
    }
}

extension ScenarioDocument {
    /// The document with one field set.
    ///
    /// A step of the path is a member, an element's number, or the `name` of an element: `services.chat.policy.name`.
    /// Members that are missing on the way are made, elements are not.
    ///
    /// - Throws: When the path leads nowhere.
    public func setting(_ path: String, to value: JSONValue) throws(Problem) -> ScenarioDocument {
        let steps = path.split(separator: ".").map(String.init)
        guard !steps.isEmpty else { throw Problem(path: path, message: "an empty path names no field") }
        var copy = self
        copy.json = try Self.setting(steps[...], of: self.json, to: value, whole: path)
        return copy
    }

    public func setting(_ settings: [ScenarioPlan.Setting]) throws(Problem) -> ScenarioDocument {
        var copy = self
        for setting in settings { copy = try copy.setting(setting.path, to: setting.value) }
        return copy
    }

    private static func setting(
        _ steps: ArraySlice<String>,
        of json: JSONValue?,
        to value: JSONValue,
        whole: String
    ) throws(Problem) -> JSONValue {
        guard let step = steps.first else { return value }
        switch json {
        case .array(var elements):
            let indices = step == "*" ? Array(elements.indices) : Self.index(of: step, in: elements).map { [$0] } ?? []
            guard !indices.isEmpty else {
                let names = elements.compactMap { $0["name"]?.stringValue }
                let message = "'\(step)' names no element" + NearestName.hint(for: step, among: names)
                throw Problem(path: whole, message: message)
            }
            for index in indices {
                elements[index] = try Self.setting(steps.dropFirst(), of: elements[index], to: value, whole: whole)
            }
            return .array(elements)
        case .object(var members):
            members[step] = try Self.setting(steps.dropFirst(), of: members[step], to: value, whole: whole)
            return .object(members)
        case nil, .null:
            let inner = try Self.setting(steps.dropFirst(), of: nil, to: value, whole: whole)
            return .object(JSONObject([(step, inner)]))
        case .bool, .int, .double, .string:
            throw Problem(path: whole, message: "'\(step)' would lie inside \(json?.jsonText() ?? "nothing")")
        }
    }

    private static func index(of step: String, in elements: [JSONValue]) -> Int? {
        if let named = elements.firstIndex(where: { $0["name"]?.stringValue == step }) { return named }
        guard let index = Int(step), elements.indices.contains(index) else { return nil }
        return index
    }
}

extension ScenarioDocument {
    /// The published schema of scenario files, as JSON Schema 2020-12; from the same tables that the reader goes by.
    public static var schema: JSONValue {
        JSONSchemaWriter.schema(
            of: ScenarioTables.scenario,
            identifier: "https://pilotlight.dev/schemas/scenario-v1.json",
            laws: LawTable.table
        )
    }
}
