import Foundation
import Simulator
import Testing

/// The full engine against what theory knows; short runs, whose own spread says how far off they may be.
@Suite("Queueing theory")
struct TheoryTests {
    static let replications = 8

    @Test("the engine agrees with theory", arguments: TheoryCase.all.map(\.name))
    func agrees(name: String) throws {
        let short = try #require(TheoryCase.all.first { $0.name == name }).lasting(Self.factor(name))
        let runs = (0..<Self.replications).map {
            SimulationRun(scenario: short.scenario, seed: 2, replication: $0).run()
        }
        for figure in short.figures {
            let values = runs.map(figure.reading)
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
            let error = (variance / Double(values.count)).squareRoot()
            // Student's t with seven degrees of freedom: 5.4 is exceeded once in a thousand. The last term is for
            // figures quoted with six digits, and for the buckets of a histogram.
            let allowed = 5.4 * error + 0.004 * figure.expected.magnitude
            #expect(
                (mean - figure.expected).magnitude <= allowed,
                "\(name) \(figure.name): \(mean) instead of \(figure.expected), allowed \(allowed)"
            )
            #expect(allowed < 0.5 * figure.expected.magnitude, "\(name) \(figure.name): too short to say anything")
        }
    }

    /// Rare events need a longer run than queues.
    static func factor(_ name: String) -> Double {
        if name.hasPrefix("E12") { return 0.05 }
        if name.hasPrefix("E10") { return 0.05 }
        if name.hasPrefix("E1_") { return 0.06 }
        if name.hasPrefix("E2b") || name.hasPrefix("E2c") { return 0.25 }
        if name.hasPrefix("E5") { return 0.02 }
        return 0.01
    }

    @Test("every figure is the reference's own") func likeTheReference() throws {
        let reference = try Self.reference()
        var compared = 0
        for analytic in TheoryCase.all {
            let path = analytic.name.split(separator: "/").map(String.init)
            guard let block = reference[path[0]] as? [String: Any] else {
                Issue.record("no reference for \(analytic.name)")
                continue
            }
            let inner = path.count > 1 ? block[path[1]] as? [String: Any] ?? block : block
            for figure in analytic.figures {
                guard let value = Self.number(inner, figure.name, variant: path.count > 1 ? path[1] : nil) else {
                    continue
                }
                #expect((value - figure.expected).magnitude < 1e-9, "\(analytic.name) \(figure.name)")
                compared += 1
            }
        }
        #expect(compared >= 60)
    }

    /// A number, the first of a pair, or the number for a variant.
    private static func number(_ block: [String: Any], _ name: String, variant: String?) -> Double? {
        if let value = block[name] as? Double { return value }
        if let pair = block[name] as? [Double] { return pair.first }
        guard let variant else { return nil }
        if let inner = block[name] as? [String: Double] { return inner[variant] }
        return block["\(name)_\(variant)_setup"] as? Double
    }

    private static func reference() throws -> [String: Any] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/simulator-reference-values.json"))
        let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        return try #require(document["analytic"] as? [String: Any])
    }
}
