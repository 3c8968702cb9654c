import Testing

@testable import InferenceServer

@Suite("Tensors, joined and divided")
struct TensorRowsTests {
    @Test("dividing what was joined gives every part back, of every datatype", arguments: Datatype.allCases)
    func inverse(datatype: Datatype) {
        var random = SeededGenerator(seed: 7)
        let parts = [1, 3, 2].map { rows in Self.random(datatype, [rows, 2, 3], &random) }
        let whole = Tensor.joining(parts)
        #expect(whole.shape == [6, 2, 3])
        var start = 0
        for part in parts {
            let again = whole.rows(start..<(start + part.shape[0]))
            #expect(BatchTrial.compare([again], [part], names: ["x"]) == .identical)
            start += part.shape[0]
        }
    }

    private static func random(_ datatype: Datatype, _ shape: [Int], _ random: inout SeededGenerator) -> Tensor {
        let count = Tensor.elementCount(of: shape)
        guard let width = datatype.byteWidth else {
            return .of(shape, strings: (0..<count).map { _ in String(random.next() % 1000, radix: 3) })
        }
        let bytes = (0..<(count * width)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return .of(datatype, shape, bytes)
    }

    @Test("the numbers of one row stay in their row")
    func values() {
        let whole = Tensor.joining([.of(.int32, [1, 2], [Int32(1), 2]), .of(.int32, [2, 2], [Int32(3), 4, 5, 6])])
        #expect(whole.elements(as: Int32.self) == [1, 2, 3, 4, 5, 6])
        #expect(whole.rows(1..<2).elements(as: Int32.self) == [3, 4])
    }

    @Test("strings of unlike lengths keep their bounds")
    func strings() {
        let whole = Tensor.joining([.of([2], strings: ["", "abc"]), .of([1], strings: ["é"])])
        #expect(whole.strings == ["", "abc", "é"])
        #expect(whole.rows(1..<3).strings == ["abc", "é"])
    }

    @Test("a trial tells rounding from another answer")
    func trial() {
        func compare(_ one: Float, _ other: Float) -> BatchTrial {
            BatchTrial.compare([.of(.float32, [1], [one])], [.of(.float32, [1], [other])], names: ["y"])
        }
        #expect(compare(1, 1) == .identical)
        #expect(compare(.nan, .nan) == .identical)
        #expect(compare(1, Float(1).nextUp) == .rounded)
        #expect(compare(0, 1e-8) == .rounded)
        #expect(compare(1, 1.1) == .different("output 'y' has other values out of a batch than by itself"))
        #expect(compare(1, .nan) != .rounded)
        let labels = BatchTrial.compare([.of(.int64, [1], [Int64(1)])], [.of(.int64, [1], [Int64(2)])], names: ["l"])
        #expect(labels == .different("output 'l' has other values out of a batch than by itself"))
    }

    @Test("a model is given batches after two that came out right, and never after one that came out wrong")
    func verdict() {
        var verdict = BatchVerdict()
        #expect(verdict.compared(.identical, allowsRounding: false) == nil)
        #expect(verdict.standing == .onTrial(remaining: 1))
        #expect(verdict.compared(.identical, allowsRounding: false) == nil)
        #expect(verdict.standing == .allowed)

        var strict = BatchVerdict()
        #expect(strict.compared(.rounded, allowsRounding: false) != nil)
        #expect(strict.isRefused)
        #expect(strict.compared(.identical, allowsRounding: false) == nil)
        #expect(strict.isRefused)

        var lenient = BatchVerdict()
        #expect(lenient.compared(.rounded, allowsRounding: true) == nil)
        #expect(lenient.compared(.different("why"), allowsRounding: true) == "why")
        #expect(lenient.isRefused)
    }
}
