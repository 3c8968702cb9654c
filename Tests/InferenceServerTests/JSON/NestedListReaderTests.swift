import StructuredData
import Testing

@testable import InferenceServer

@Suite("Nested lists")
struct NestedListReaderTests {
    struct Read {
        let shape: [Int]
        let tensor: Tensor
    }

    static func read(_ text: String, _ datatype: Datatype = .float64) throws -> Read {
        try withBytes(of: text) { bytes in
            var scanner = JSONScanner(bytes)
            let reader = NestedListReader(datatype, expecting: 0, acceptsBase64: true)
            try reader.readValue(from: &scanner, depth: 0)
            guard scanner.isAtEnd else { throw scanner.error("not read to its end") }
            let shape = reader.shape(below: 0)
            return Read(shape: shape, tensor: reader.takeTensor(shape: shape))
        }
    }

    @Test(
        "the shape is learnt from the brackets",
        arguments: [
            ("3", []), ("[]", [0]), ("[1]", [1]), ("[1, 2, 3]", [3]), ("[[1], [2]]", [2, 1]), ("[[], []]", [2, 0]),
            ("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]", [2, 2, 2]), (" [1]".trimmed, [1]), ("[ [ 1 , 2 ] ]", [1, 2]),
            ("[[[]]]", [1, 1, 0]),
        ] as [(String, [Int])]
    )
    func shapes(text: String, shape: [Int]) throws {
        #expect(try Self.read(text).shape == shape)
    }

    @Test(
        "what is ragged is refused",
        arguments: [
            "[[1, 2], [3]]", "[[1], 2]", "[1, [2]]", "[[1], [[2]]]", "[[], [1]]", "[[1], []]", "[[[1]], [[1, 2]]]",
            "[[[1], [2]], [[3]]]", "[[], 1]", "[[[]], []]",
        ]
    )
    func ragged(text: String) {
        #expect(throws: JSONReadError.self) { try Self.read(text) }
    }

    @Test(
        "what is no list of numbers is refused",
        arguments: [
            "", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "{}", "null", "[null]", "[\"1\"]", "[true]", "[[1]",
            "[1}", "[{}]", "[nan]", "[1]x",
        ]
    )
    func malformed(text: String) {
        #expect(throws: JSONReadError.self) { try Self.read(text) }
    }

    @Test("lists nested without end are refused before the stack is used up")
    func depth() {
        let text = String(repeating: "[", count: 200_000)
        #expect(throws: JSONReadError.self) { try Self.read(text) }
    }

    @Test("an error says where the text is wrong and what was expected there")
    func position() {
        do {
            _ = try Self.read("[[1, 2], [3, x]]")
            Issue.record("the text was accepted")
        } catch {
            #expect((error as? JSONReadError)?.located == "'x' was found where a number was expected (byte 13)")
        }
    }

    @Test("random tensors are read as a parser that builds trees reads them", arguments: [1, 2, 3, 4] as [UInt64])
    func agreesWithTrees(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let shape = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                Int.random(in: 1...5, using: &generator)
            }
            let text = Self.randomText(shape[...], using: &generator)
            let read = try Self.read(text)
            #expect(read.shape == shape)
            let expected = Self.leaves(of: try JSONParser.parse(text))
            #expect(read.tensor.elements(as: Double.self).map(\.bitPattern) == expected.map(\.bitPattern), "\(text)")
        }
    }

    private static func randomText(_ shape: ArraySlice<Int>, using generator: inout SeededGenerator) -> String {
        guard let length = shape.first else {
            let space = Bool.random(using: &generator) ? " " : ""
            return space + Self.randomNumber(using: &generator)
        }
        let items = (0..<length).map { _ in Self.randomText(shape.dropFirst(), using: &generator) }
        return "[" + items.joined(separator: Bool.random(using: &generator) ? "," : " ,\n") + "]"
    }

    private static func randomNumber(using generator: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: "\(Int.random(in: -1000...1000, using: &generator))"
        case 1: "\(Double.random(in: -1...1, using: &generator))"
        case 2: "\(Float.random(in: 0...255, using: &generator))"
        default: "\(Int.random(in: 1...9, using: &generator))e\(Int.random(in: -300...300, using: &generator))"
        }
    }

    private static func leaves(of value: JSONValue) -> [Double] {
        if let list = value.arrayValue { return list.flatMap(Self.leaves) }
        return [value.doubleValue ?? .nan]
    }

    @Test("strings are read with their escapes, and bytes as base64")
    func strings() throws {
        let read = try Self.read(#"["plain", "a\"\\\n\u00e9\ud83d\ude00", "", {"b64": "aGk="}]"#, .bytes)
        #expect(read.tensor.strings == ["plain", "a\"\\\né😀", "", "hi"])
        #expect(throws: JSONReadError.self) { try Self.read(#"[{"b64": "a"}]"#, .bytes) }
        #expect(throws: JSONReadError.self) { try Self.read(#"[{"b65": "aGk="}]"#, .bytes) }
        #expect(throws: JSONReadError.self) { try Self.read(#"["\ud83d"]"#, .bytes) }
        #expect(throws: JSONReadError.self) { try Self.read("[\"a\u{1}\"]", .bytes) }
    }

    @Test("strings that are no UTF-8 are refused, with escapes and without", arguments: ["\u{1}", "\u{1}\\n"])
    func invalidUTF8(text: String) {
        // The placeholder becomes the first byte of a character that never ends.
        let bytes = Array("[\"\(text)\"]".utf8).map { $0 == 1 ? 0xC3 : $0 }
        #expect(throws: JSONReadError.self) {
            try bytes.withUnsafeBufferPointer { bytes in
                var scanner = JSONScanner(bytes)
                let reader = NestedListReader(.bytes, expecting: 0, acceptsBase64: false)
                try reader.readValue(from: &scanner, depth: 0)
            }
        }
    }

    @Test("each datatype takes its whole range and nothing beyond")
    func ranges() throws {
        #expect(try Self.read("[0, 255]", .uint8).tensor.elements() == [0, 255] as [UInt8])
        #expect(try Self.read("[-128, 127]", .int8).tensor.elements() == [-128, 127] as [Int8])
        #expect(try Self.read("[true, false, 1, 0]", .bool).tensor.elements() == [1, 0, 1, 0] as [UInt8])
        #expect(try Self.read("[1.5, 65504]", .float16).tensor.elements() == [1.5, 65504] as [Float16])
        #expect(try Self.read("[1, -2]", .bfloat16).tensor.elements() == [0x3F80, 0xC000] as [UInt16])
        for (text, datatype) in [("[256]", Datatype.uint8), ("[-1]", .uint64), ("[2]", .bool), ("[65520]", .float16)] {
            #expect(throws: JSONReadError.self, "\(text)") { try Self.read(text, datatype) }
        }
    }
}

extension String {
    fileprivate var trimmed: String { String(self.drop { $0 == " " }) }
}
