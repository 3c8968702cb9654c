import Foundation
import SimulationKit
import StructuredData
import Testing

@testable import Simulator

/// The scenarios that ship, in a short form: two replications of each.
@Suite("the scenarios in simulations")
struct SimulationsTests {
    static let folder = ScenarioSchemaTests.root.appendingPathComponent("simulations")

    static let names: [String] = {
        let scenarios = Self.folder.appendingPathComponent("scenarios").path
        let files = (try? FileManager.default.contentsOfDirectory(atPath: scenarios)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static func document(_ name: String) throws -> ScenarioDocument {
        let file = Self.folder.appendingPathComponent("scenarios/\(name).yaml")
        return try ScenarioDocument(text: String(contentsOf: file, encoding: .utf8))
    }

    /// Expectations must be the same wherever the tests run, with the traces that are too large to ship or without.
    static let traces = TraceShelf(
        folder: Self.folder.appendingPathComponent("scenarios").path,
        prefersStandIns: true
    )

    @Test("there are enough of them, each with a question") func questions() throws {
        #expect(Self.names.count >= 10)
        for name in Self.names {
            let plan = try Self.document(name).plan(catalogue: .everything, traces: Self.traces)
            #expect(plan.name == name)
            #expect(plan.question.hasSuffix("?") || plan.question.contains("? "), "\(name): \(plan.question)")
        }
    }

    @Test("each gives the result that is expected, to the digit", arguments: names)
    func expected(name: String) throws {
        var json = try Self.result(of: name, jobs: 2)
        // Of a fleet the services' own figures are many and say the same.
        let variants = json["variants"]?.arrayValue ?? []
        json["variants"] = .array(
            variants.map { variant in
                var variant = variant
                if variant["services"]?.arrayValue?.count ?? 0 > 5 { variant["services"] = nil }
                return variant
            }
        )
        let file = Self.folder.appendingPathComponent("expected/short/\(name).json")
        if ProcessInfo.processInfo.environment["PILOTLIGHT_RENEW"] != nil {
            try Data((json.jsonText(indentation: 1) + "\n").utf8).write(to: file)
        }
        let wanted = try JSONParser.parse(Data(contentsOf: file))
        let difference = Self.difference(json, wanted, at: "")
        #expect(
            difference == nil,
            "\(name) has changed; when that is meant, run this test with PILOTLIGHT_RENEW=1 and say why in the commit"
        )
    }

    @Test("one thread and two give the same bytes") func threads() throws {
        #expect(try Self.result(of: "node-failure", jobs: 1) == Self.result(of: "node-failure", jobs: 2))
    }

    /// What the scenario's own command finds with two replications.
    static func result(of name: String, jobs: Int) throws -> JSONValue {
        let document = try Self.document(name)
        let plan = try document.plan(catalogue: .everything, traces: Self.traces)
        let rule = PrecisionRule(minimum: 2, maximum: 2, relativeHalfWidth: nil)
        let context = ReportContext(plan: plan, scenarioHash: document.fingerprint, version: "test", warmUp: "as said")
        if let search = plan.optimize {
            let found = try Optimization(
                plan: search,
                document: document,
                catalogue: .everything,
                traces: Self.traces,
                seed: plan.seed,
                replications: rule
            ).run(jobs: jobs)
            let report = OptimizeReport.report(found, search, context)
            return ResultDocument.json(found.outcome, kind: "optimize", context, report)
        }
        var points = plan.alternatives.map { (name: $0.name, settings: $0.settings) }
        if !plan.sweep.isEmpty { points = try Sweep.grid(plan.sweep).map { (Sweep.name(of: $0), $0) } }
        let variants = try Sweep.variants(points, of: document, catalogue: .everything, traces: Self.traces)
        let base = plan.sweep.isEmpty ? [Experiment.Variant(name: plan.baseline, scenario: plan.scenario)] : []
        let outcome = Experiment(
            variants: base + variants,
            seed: plan.seed,
            replications: rule,
            catalogue: .everything
        ).run(jobs: jobs)
        let report = CompareReport.report(outcome, context, title: "compared")
        return ResultDocument.json(outcome, kind: "compare", context, report)
    }

    /// The first place where two documents differ.
    static func difference(_ found: JSONValue, _ wanted: JSONValue, at path: String) -> String? {
        switch (found, wanted) {
        case (.object(let found), .object(let wanted)):
            for key in Set(found.keys).union(wanted.keys).sorted() {
                let inner = Self.difference(found[key] ?? .null, wanted[key] ?? .null, at: "\(path).\(key)")
                if let inner { return inner }
            }
            return nil
        case (.array(let found), .array(let wanted)) where found.count == wanted.count:
            return zip(found, wanted).enumerated().lazy.compactMap { index, pair in
                Self.difference(pair.0, pair.1, at: "\(path)[\(index)]")
            }.first
        default:
            if let left = found.doubleValue, let right = wanted.doubleValue, left == right { return nil }
            return found == wanted ? nil : "\(path): \(found.jsonText()) instead of \(wanted.jsonText())"
        }
    }
}
