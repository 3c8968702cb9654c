import StructuredData
import Testing

@Suite("Merge patch")
struct MergePatchTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let original: String
        let patch: String
        let result: String
        var testDescription: String { "\(self.original) + \(self.patch)" }
    }

    /// The table of RFC 7396, appendix A.
    static let rows = [
        Row(original: #"{"a":"b"}"#, patch: #"{"a":"c"}"#, result: #"{"a":"c"}"#),
        Row(original: #"{"a":"b"}"#, patch: #"{"b":"c"}"#, result: #"{"a":"b","b":"c"}"#),
        Row(original: #"{"a":"b"}"#, patch: #"{"a":null}"#, result: "{}"),
        Row(original: #"{"a":"b","b":"c"}"#, patch: #"{"a":null}"#, result: #"{"b":"c"}"#),
        Row(original: #"{"a":["b"]}"#, patch: #"{"a":"c"}"#, result: #"{"a":"c"}"#),
        Row(original: #"{"a":"c"}"#, patch: #"{"a":["b"]}"#, result: #"{"a":["b"]}"#),
        Row(original: #"{"a":{"b":"c"}}"#, patch: #"{"a":{"b":"d","c":null}}"#, result: #"{"a":{"b":"d"}}"#),
        Row(original: #"{"a":[{"b":"c"}]}"#, patch: #"{"a":[1]}"#, result: #"{"a":[1]}"#),
        Row(original: #"["a","b"]"#, patch: #"["c","d"]"#, result: #"["c","d"]"#),
        Row(original: #"{"a":"b"}"#, patch: #"["c"]"#, result: #"["c"]"#),
        Row(original: #"{"a":"foo"}"#, patch: "null", result: "null"),
        Row(original: #"{"a":"foo"}"#, patch: #""bar""#, result: #""bar""#),
        Row(original: #"{"e":null}"#, patch: #"{"a":1}"#, result: #"{"e":null,"a":1}"#),
        Row(original: "[1,2]", patch: #"{"a":"b","c":null}"#, result: #"{"a":"b"}"#),
        Row(original: "{}", patch: #"{"a":{"bb":{"ccc":null}}}"#, result: #"{"a":{"bb":{}}}"#),
    ]

    @Test("the examples of the specification hold", arguments: rows) func applied(row: Row) throws {
        let original = try JSONParser.parse(row.original)
        let patched = original.merging(patch: try JSONParser.parse(row.patch))
        #expect(patched.jsonText() == row.result)
    }

    @Test("members keep their places") func order() throws {
        let original = try JSONParser.parse(#"{"a":1,"b":2,"c":3}"#)
        #expect(original.merging(patch: ["b": 4, "a": nil]).jsonText() == #"{"b":4,"c":3}"#)
    }

    @Test(
        "the difference, applied, gives the target",
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#, "{}"),
            (#"{"a":{"b":1,"c":2}}"#, #"{"a":{"b":1,"c":3}}"#, #"{"a":{"c":3}}"#),
            (#"{"a":{"b":1},"d":[1,2]}"#, #"{"d":[1]}"#, #"{"d":[1],"a":null}"#),
            (#"{"a":1}"#, #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#),
            ("1", "2", "2"),
        ]
    )
    func difference(old: String, new: String, patch: String) throws {
        let (old, new) = (try JSONParser.parse(old), try JSONParser.parse(new))
        #expect(old.mergePatch(to: new).jsonText() == patch)
        #expect(old.merging(patch: old.mergePatch(to: new)) == new)
    }
}
