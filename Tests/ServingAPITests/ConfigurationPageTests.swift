import Foundation
import ServingAPI
import StructuredData
import Testing

/// The page that users read must say what the code does.
@Suite("docs/configuration.md")
struct ConfigurationPageTests {
    static let page: String = {
        let file = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/configuration.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    @Test("every setting has its row, with default and range", arguments: ScalingDefaults.settings.map(\.key))
    func settings(key: String) throws {
        let setting = try #require(ScalingDefaults.settings.first { $0.key == key })
        let row = "| `\(key)` | `\(setting.defaultText)` | \(setting.accepted) | \(setting.meaning) |"
        #expect(Self.page.contains(row), "the page lacks this row:\n\(row)")
    }

    /// Maps whose keys are the author's, and what is handed through as it stands.
    static let opaque: Set<String> = [
        "labels", "annotations", "parameters", "config", "nodeSelector", "tolerations", "deploymentStrategy",
        "behavior",
        "readinessProbe", "resources", "valueFrom", "metric", "target", "authenticationRef", "workerSpec",
    ]

    static func fields(of json: JSONValue) -> Set<String> {
        switch json {
        case .object(let object):
            object.reduce(into: []) { fields, member in
                fields.insert(member.key)
                if !Self.opaque.contains(member.key) { fields.formUnion(Self.fields(of: member.value)) }
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(Self.fields(of: $1)) }
        case .null, .bool, .int, .double, .string: []
        }
    }

    @Test("every field of a service is spoken of") func everyField() throws {
        let spec = try #require(try JSONParser.parse(Fixture.everything)["spec"])
        for field in Self.fields(of: spec).sorted() {
            #expect(Self.page.contains("`\(field)`") || Self.page.contains(".\(field)`"), "the page lacks \(field)")
        }
    }

    @Test(
        "every annotation is spoken of",
        arguments: [
            "class", "metric", "target", "target-utilization-percentage", "target-burst-capacity", "min-scale",
            "max-scale", "initial-scale", "activation-scale", "scale-down-delay", "scale-to-zero-pod-retention-period",
            "window", "panic-window-percentage", "panic-threshold-percentage", "metric-aggregation-algorithm",
        ]
    )
    func annotations(name: String) {
        #expect(Self.page.contains("| `\(name)` |"))
    }

    @Test("every bundled runtime is spoken of", arguments: BundledRuntimes.all.map(\.name)) func runtimes(name: String)
    {
        #expect(Self.page.contains("`\(name)`"))
    }
}
