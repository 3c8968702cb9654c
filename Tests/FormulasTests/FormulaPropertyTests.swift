import Formulas
import Testing

@Suite("Formulas, by property", .timeLimit(.minutes(1)))
struct FormulaPropertyTests {
    /// A random formula beside the number that it must give; never a division by what may be zero.
    static func arithmetic(_ depth: Int, _ random: inout SeededGenerator) -> (text: String, value: Double) {
        guard depth > 0 else {
            let number = Int.random(in: 0...9, using: &random)
            return Bool.random(using: &random) ? ("\(number)", Double(number)) : ("x", 7)
        }
        let left = Self.arithmetic(depth - 1, &random)
        let right = Self.arithmetic(depth - 1, &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return ("(\(left.text) + \(right.text))", left.value + right.value)
        case 1: return ("(\(left.text) - \(right.text))", left.value - right.value)
        case 2: return ("(\(left.text) * \(right.text))", left.value * right.value)
        case 3: return ("(\(left.text) / 4)", left.value / 4)
        case 4: return ("max(\(left.text), \(right.text))", max(left.value, right.value))
        case 5: return ("-(\(left.text))", -left.value)
        case 6:
            let chosen = left.value > right.value ? left.value : right.value + 1
            return ("(\(left.text) > \(right.text) ? \(left.text) : \(right.text) + 1)", chosen)
        default: return ("sum([\(left.text), \(right.text)])", 0 + left.value + right.value)
        }
    }

    @Test("what is in parentheses is computed as written", arguments: [1, 2, 3] as [UInt64])
    func parenthesised(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            let (text, value) = Self.arithmetic(Int.random(in: 0...3, using: &random), &random)
            #expect(try Formula(text).value(of: ["x": 7]) == value, "seed \(seed), round \(round): \(text)")
        }
    }

    /// Sums of products without parentheses against a reader that knows nothing but that.
    @Test("products bind closer than sums, from left to right", arguments: [4, 5] as [UInt64])
    func flat(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for round in 0..<300 {
            var (text, sum) = ("0", 0.0)
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                let isMinus = Bool.random(using: &random)
                var product = Double(Int.random(in: 1...9, using: &random))
                var term = "\(Int(product))"
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    let factor = Int.random(in: 1...9, using: &random)
                    let isDivision = Bool.random(using: &random)
                    term += isDivision ? " / \(factor)" : " * \(factor)"
                    product = isDivision ? product / Double(factor) : product * Double(factor)
                }
                text += isMinus ? " - \(term)" : " + \(term)"
                sum = isMinus ? sum - product : sum + product
            }
            #expect(try Formula(text).value(of: [:]) == sum, "seed \(seed), round \(round): \(text)")
        }
    }

    @Test("powers of real numbers are those of a slide rule, to a part in a trillion")
    func powers() throws {
        for base in [0.001, 0.5, 0.99, 1.0001, 2, 3.7, 10, 12345.678] {
            for exponent in [-3.5, -1, -0.25, 0.1, 0.5, 1.5, 2, 7.25] {
                let power = try #require(try Formula("b ** e").value(of: ["b": base, "e": exponent]))
                let back = try #require(try Formula("p ** (1 / e)").value(of: ["p": power, "e": exponent]))
                #expect(abs(back / base - 1) < 1e-12, "\(base) ** \(exponent) = \(power), and back \(back)")
            }
        }
        #expect(abs(try #require(try Formula("2 ** 0.5 * 2 ** 0.5").value(of: [:])) - 2) < 1e-15)
        #expect(abs(try #require(try Formula("2.718281828459045 ** 1.5").value(of: [:])) - 4.4816890703380645) < 1e-14)
        #expect(try Formula("(-2) ** 3").value(of: [:]) == -8)
        #expect(try Formula("2 ** -1074 > 0 ? 1 : 0").value(of: [:]) == 1)
    }

    static let sound = [
        "max(kafka, http) > 0 ? sum([kafka, http]) / 2 : 0",
        "count([a, b, c], {# > 1}) >= 2 ? mean(a, b, c) : nil ?? 0",
        "let total = a + b; total % 7 == 0 ? total ** 2 : 0x1F - .5e1", "sum(filter(1..9, # not in [2, 3])) | float()",
        "first(sort(map([a, b], {# * 1.5}), \"desc\")) + len('x\\n') // end",
    ]
    static let pieces = [
        "(", ")", "[", "]", "{", "}", "#", "??", "?", ":", "..", "**", "^", "-", "not ", " in ", "nil", "true", "1e309",
        "0x", "\"", "'", "/*", "//", "|", ",", "let x = ", ";", "9999999999999999999", "max(", "sum(1..100000)", "é",
        "\0",
    ]

    @Test("no damage to a formula stops the program", arguments: [6, 7, 8] as [UInt64])
    func damaged(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (read, computed) = (0, 0)
        for round in 0..<1500 {
            var scalars = Array(Self.sound[round % Self.sound.count].unicodeScalars)
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: 0...scalars.count, using: &random)
                let end = min(scalars.count, place + Int.random(in: 0..<4, using: &random))
                let piece = Bool.random(using: &random) ? Self.pieces.randomElement(using: &random) ?? "" : ""
                scalars.replaceSubrange(place..<end, with: Array(piece.unicodeScalars))
            }
            let text = String(String.UnicodeScalarView(scalars))
            do throws(FormulaError) {
                let formula = try Formula(text)
                read += 1
                let names = Dictionary(uniqueKeysWithValues: formula.names.map { ($0, Double?.some(3)) })
                let value = try formula.value(of: names)
                computed += 1
                #expect(value?.isFinite ?? true, "\(text)")
                #expect(try formula.value(of: names) == value, "\(text)")
            } catch {
                #expect(!error.message.isEmpty)
                if let column = error.column {
                    #expect((1...(scalars.count + 1)).contains(column), "\(text): \(error)")
                }
            }
        }
        #expect(read > 100 && computed > 50, "too few survive for the test to say much: \(read), \(computed)")
    }
}
