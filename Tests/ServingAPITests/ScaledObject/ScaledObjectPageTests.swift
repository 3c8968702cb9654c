import Foundation
import ServingAPI
import StructuredData
import Testing

/// The page that users read must say what the code does.
@Suite("docs/scaled-objects.md")
struct ScaledObjectPageTests {
    static let page: String = {
        let file = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/scaled-objects.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    @Test("every field of a ScaledObject and of a TriggerAuthentication is spoken of")
    func fields() throws {
        let object = try #require(try JSONParser.parse(ScaledObjectTests.everything)["spec"])
        let authentication = try #require(try JSONParser.parse(TriggerAuthenticationTests.text)["spec"])
        let names = ConfigurationPageTests.fields(of: object).union(ConfigurationPageTests.fields(of: authentication))
            .union(["filePath", "kind"]).subtracting(["topic", "lagThreshold", "start", "scaleUp", "scaleDown"])
        for name in names.sorted() where !["formula", "provider"].contains(name) {
            let isNamed = ["`\(name)`", ".\(name)`", "\(name)[]`", "\(name).", "{\(name),", " \(name),", " \(name)}"]
                .contains { Self.page.contains($0) }
            #expect(isNamed, "the page lacks \(name)")
        }
    }

    @Test(
        "defaults are those of the code",
        arguments: [
            "| `pollingInterval` | \(ScaledObjectSpec.defaultPollingInterval) |",
            "| `cooldownPeriod` | \(ScaledObjectSpec.defaultCooldownPeriod) |",
            "| `maxReplicaCount` | \(ScaledObjectSpec.defaultMaxReplicaCount) |",
        ]
    )
    func defaults(row: String) {
        #expect(Self.page.contains(row))
    }

    @Test("behaviours of fallbacks are listed", arguments: FallbackSpec.Behavior.allCases)
    func fallbacks(behavior: FallbackSpec.Behavior) {
        #expect(Self.page.contains("| `\(behavior.rawValue)` |"))
    }
}
