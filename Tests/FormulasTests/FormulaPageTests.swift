import Formulas
import Foundation
import Testing

/// The page that users read must say what the code does.
@Suite("docs/formulas.md")
struct FormulaPageTests {
    static let page: String = {
        let file = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/formulas.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    @Test("every function is spoken of")
    func functions() throws {
        let error = #expect(throws: FormulaError.self) { try Formula("nonsense()") }
        let list = try #require(error?.message.components(separatedBy: "there are ").last)
        let names = list.components(separatedBy: ", ")
        #expect(names.count > 20)
        for name in names {
            #expect(Self.page.contains("`\(name)`") || Self.page.contains("`\(name)("), "the page lacks \(name)")
        }
    }

    @Test(
        "its examples give what it says",
        arguments: [
            ("open_hours > 0 ? orders + returns : 0", 70.0), ("-2 ** 2", -4), ("5 / 2", 2.5),
            ("(orders ?? 0) + (returns ?? 0)", 70), ("count([a, b, c], {# > 1})", 2),
            ("sort([a, b, c], \"desc\")[0]", 3), ("mean([a, b, c])", 2), ("1_000 + 0x1F + 0b101", 1036),
        ]
    )
    func examples(text: String, value: Double) throws {
        #expect(Self.page.contains("open_hours > 0 ? orders + returns : 0"))
        let values: [String: Double?] = ["orders": 40, "returns": 30, "open_hours": 1, "a": 1, "b": 2, "c": 3]
        #expect(try Formula(text).value(of: values) == value)
    }
}
