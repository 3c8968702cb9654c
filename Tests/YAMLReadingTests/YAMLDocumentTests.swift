import StructuredData
import Testing

@testable import YAMLReading

@Suite("YAML documents")
struct YAMLDocumentTests {
    static func json(_ text: String) throws -> JSONValue {
        let (documents, end) = YAMLDocument.all(in: text)
        try #require(end == nil)
        try #require(documents.count == 1)
        try #require(documents[0].problems.isEmpty)
        return documents[0].value
    }

    /// The problems of a text, each as `line: message`.
    static func problems(_ text: String, limits: YAMLLimits = YAMLLimits()) -> [String] {
        let (documents, end) = YAMLDocument.all(in: text, limits: limits)
        return (documents.flatMap(\.problems) + [end].compactMap(\.self)).map(\.description)
    }

    @Test("quoted stays text, plain is typed") func quoting() throws {
        let text = """
            a: "1"
            b: '1'
            c: 1
            d: !!str 1
            e: |
              1
            f: >-
              1
            g: "true"
            h: !!float 1
            i: !!int "1"
            j: ! 1
            """
        let expected: JSONValue = [
            "a": "1", "b": "1", "c": 1, "d": "1", "e": "1\n", "f": "1", "g": "true", "h": 1.0, "i": 1, "j": "1",
        ]
        #expect(try Self.json(text) == expected)
    }

    @Test("members keep their order") func order() throws {
        #expect(try Self.json("b: 1\na: {z: [1, 2], y: }\n").jsonText() == #"{"b":1,"a":{"z":[1,2],"y":null}}"#)
    }

    @Test("JSON is read too, with its lines") func jsonText() throws {
        let (documents, end) = YAMLDocument.all(in: "{\n\t\"a\": [\n\t\t1, \"b\\/\\u00e9\"\n\t]\n}")
        #expect(end == nil)
        #expect(documents.first?.value == ["a": [1, "b/é"]])
        #expect(documents.first?.sources.line(of: "a[1]") == 3)
    }

    @Test("documents are told apart, each with its line") func manyDocuments() {
        let (documents, end) = YAMLDocument.all(in: "---\na: 1\n---\n\n---\n# nothing\nb:\n  - c\n  - d: 2\n...\n")
        #expect(end == nil)
        #expect(documents.map(\.value) == [["a": 1], .null, ["b": ["c", ["d": 2]]]])
        #expect(documents.map(\.line) == [2, 5, 7])
        #expect(documents[2].sources.line(of: "b") == 7)
        #expect(documents[2].sources.line(of: "b[1].d") == 9)
    }

    @Test("anchors and merges stand for what they name") func anchors() throws {
        let text = """
            base: &base {cpu: 1, memory: 2Gi}
            copy: *base
            merged:
              <<: *base
              cpu: 4
            both:
              <<: [*base, {disk: 1}]
            quoted: {"<<": 1}
            """
        let json = try Self.json(text)
        #expect(json["copy"] == ["cpu": 1, "memory": "2Gi"])
        #expect(json["merged"] == ["cpu": 4, "memory": "2Gi"])
        #expect(json["both"] == ["cpu": 1, "memory": "2Gi", "disk": 1])
        #expect(json["quoted"] == ["<<": 1])
    }

    @Test("a small text that would become a large object is refused", .timeLimit(.minutes(1)))
    func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(
            Self.problems(text) == [
                "line 1: the document has more than 200000 values, aliases replaced by what they name"
            ]
        )
    }

    @Test(
        "keys that would have to be compared at length are refused before they are",
        .timeLimit(.minutes(1)),
        arguments: ["? *a20\n: 1\n", "*a20 : 1\n", "[*a20]: 1\n", "k: {? [*a20] : 1}\n", "- {*a20 : 1}\n"]
    )
    func aliasAsKey(last: String) {
        var text = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...20 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "- &a\(level) [\(aliases)]\n"
        }
        let indented = last.split(separator: "\n").map { "  \($0)\n" }.joined()
        #expect(Self.problems(text + "-\n" + indented).last?.hasSuffix("keys must be plain text") == true)
    }

    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("a: 1\nb: 2\na: 3\n", "line 1: the key 'a' stands twice in one object; keep one"),
            ("a:\n  b: 1\n  b: 2\n", "line 2: the key 'b' stands twice in one object; keep one"),
            ("a: 1\nb: .inf\n", "line 2: b: is .inf, which no field can be"),
            ("a: !custom 1\n", "line 1: a: the tag '!custom' does not fit '1'; leave it out"),
            ("a: !!int x\n", "line 1: a: the tag 'tag:yaml.org,2002:int' does not fit 'x'; leave it out"),
            ("? [1]\n: 2\n", "line 1: keys must be plain text"),
            ("a: 1\n<<: 2\n", "line 2: '<<' must name an object"),
        ]
    )
    func wrong(text: String, problem: String) {
        #expect(Self.problems(text) == [problem])
    }

    @Test(
        "what is no YAML is said with its line, and what came before is kept",
        arguments: [("a: 1\n---\nb: [1\n", 4), ("a: 1\n---\n b: 1\nc: 2\n", 4), ("a: 1\n---\nb: *nowhere\n", 3)]
    )
    func noYAML(text: String, line: Int) {
        let (documents, end) = YAMLDocument.all(in: text)
        #expect(documents.map(\.value) == [["a": 1]])
        #expect(end?.line == line)
        #expect(end?.message.hasPrefix("is no YAML: ") == true)
    }

    @Test("depth is bounded", arguments: [66, 900, 5000]) func depth(levels: Int) {
        let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        #expect(Self.problems(text).count == 1)
        #expect(Self.problems("[[[[1]]]]", limits: YAMLLimits(depth: 3, nodes: 100)).count == 1)
        #expect(Self.problems("[[[1]]]", limits: YAMLLimits(depth: 3, nodes: 100)).isEmpty)
    }
}
