import Foundation
import StructuredData
import Testing
import YAMLReading

@testable import Simulator

@Suite("the schema of scenario files")
struct ScenarioSchemaTests {
    /// Where the package lies.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test("the published file is the one that the program writes") func published() throws {
        let path = Self.root.appendingPathComponent("simulations/scenario.schema.json")
        if ProcessInfo.processInfo.environment["PILOTLIGHT_RENEW"] != nil {
            try Data((ScenarioDocument.schema.jsonText(indentation: 2) + "\n").utf8).write(to: path)
        }
        let published = try JSONParser.parse(Data(contentsOf: path))
        #expect(
            published == ScenarioDocument.schema,
            "the fields have changed: run this test with PILOTLIGHT_RENEW=1"
        )
    }

    @Test("every default is one that the reader takes") func defaults() {
        for table in Self.tables {
            for field in table.fields {
                guard let text = field.defaultText else { continue }
                let isRight =
                    switch field.kind {
                    case .measure(let unit), .law(let unit?): unit.value(of: text) != nil
                    case .measureOr(let words, let unit): words.contains(text) || unit.value(of: text) != nil
                    case .count(let range): Int(text).map(range.contains) ?? false
                    case .number(let range): Double(text).map(range.contains) ?? false
                    case .law(nil): Double(text) != nil
                    case .choice(let names): names.contains(text)
                    case .flag: text == "true" || text == "false"
                    case .text: !text.isEmpty
                    default: false
                    }
                #expect(isRight, "\(table.name).\(field.name) has the default '\(text)'")
            }
        }
    }

    @Test("every field says what it means") func meanings() {
        for table in Self.tables {
            for field in table.fields {
                #expect(field.meaning.hasSuffix("."), "\(table.name).\(field.name): \(field.meaning)")
            }
        }
    }

    /// Every table that a scenario can hold.
    static let tables: [FieldTable] = {
        var found: [FieldTable] = []
        func walk(_ table: FieldTable) {
            guard !found.contains(where: { $0.name == table.name }) else { return }
            found.append(table)
            for field in table.fields { walk(field.kind) }
        }
        func walk(_ kind: FieldKind) {
            switch kind {
            case .object(let table): walk(table)
            case .list(let element), .map(let element): walk(element)
            case .law: walk(LawTable.table)
            default: break
            }
        }
        walk(ScenarioTables.scenario)
        return found
    }()
}
