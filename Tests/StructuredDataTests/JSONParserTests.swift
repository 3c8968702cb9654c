import StructuredData
import Testing

@Suite("JSON text")
struct JSONParserTests {
    @Test(
        "what was read is written again",
        arguments: [
            "null", "true", "[1,2,3]", #"{"a":[],"b":{}}"#, "-9223372036854775808", "1.5", "1e+20", #""\u0001\n\"""#,
        ]
    )
    func roundTrip(text: String) throws {
        #expect(try JSONParser.parse(text).jsonText() == text)
    }

    @Test(
        "text that is not JSON is refused with its place",
        arguments: [
            ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("01", 1, 3), ("{\n \"a\" 1}", 2, 6), ("\"\u{1}\"", 1, 2),
            ("nul", 1, 1), ("1 2", 1, 3), (#""\ud800""#, 1, 8), ("1e999", 1, 6),
        ]
    )
    func refused(text: String, line: Int, column: Int) {
        let error = #expect(throws: JSONError.self) { try JSONParser.parse(text) }
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test("depth is bounded") func depth() {
        let text = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        #expect(throws: JSONError.self) { try JSONParser.parse(text, maximumDepth: 128) }
    }

    @Test("a large object finds its members and keeps their order") func largeObject() {
        var object = JSONObject()
        for number in 0..<100 { object["k\(number)"] = .int(Int64(number)) }
        object["k50"] = nil
        #expect(object["k99"] == .int(99))
        #expect(object["k50"] == nil)
        #expect(object.keys.first == "k0")
        #expect(object.count == 99)
    }
}
