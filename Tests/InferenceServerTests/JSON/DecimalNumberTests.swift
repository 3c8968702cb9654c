import Testing

@testable import InferenceServer

@Suite("Numbers from text")
struct DecimalNumberTests {
    static func number<Value>(_ text: String, _ read: (DecimalNumber) -> Value) throws -> Value {
        try withBytes(of: text) { bytes in
            var scanner = JSONScanner(bytes)
            let number = try scanner.readNumber()
            #expect(scanner.isAtEnd, "\(text) was not read to its end")
            return read(number)
        }
    }

    @Test(
        "every double is rounded as the standard library rounds it",
        arguments: [
            "0", "-0", "0.0", "1", "-1", "1e0", "123456789", "0.1", "0.2", "0.30000000000000004", "5e-324", "4.9e-324",
            "2.4703282292062327e-324", "2.2250738585072014e-308", "2.2250738585072011e-308", "1.7976931348623157e308",
            "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740995", "9007199254740993.0",
            "9007199254740993e1", "0.000001", "1e22", "1e23", "1e-22", "1e-23", "123456789012345678901234567890",
            "8.41e21", "9.5e-8", "1.00000000000000011102230246251565404236316680908203125",
            "1.00000000000000011102230246251565404236316680908203124", "4503599627370497.5", "4503599627370496.5",
            "18446744073709551615", "18446744073709551616", "9999999999999999999", "1234567890123456789e-19",
            "0.00000000000000000000000000000000000000000001", "100000000000000000000000",
        ]
    )
    func doubleIsCorrectlyRounded(text: String) throws {
        let value = try Self.number(text, \.double)
        #expect(value?.bitPattern == Double(text)?.bitPattern)
    }

    @Test(
        "every float is rounded once, not twice",
        arguments: [
            "0", "-0", "1", "0.1", "16777217", "16777219", "1.00000005960464477539",
            "1.000000059604644775390625", "1.00000005960464477539062500000000000000001", "3.4028234663852886e38",
            "3.4028235677973366e38", "1.401298464324817e-45", "7.006492321624085e-46", "7.006492321624086e-46",
            "1.1754943508222875e-38", "1.1754942807573643e-38", "1e-45", "0.000030517578125", "8388608.5",
            "8388609.5", "8388608.500000001", "8388609.499999999", "1e38", "340282346638528859811704183484516925440",
        ]
    )
    func floatIsCorrectlyRounded(text: String) throws {
        let expected = Float(text).flatMap { $0.isFinite ? $0 : nil }
        #expect(try Self.number(text, \.float)?.bitPattern == expected?.bitPattern)
    }

    @Test("numbers that are too large for their type are refused, not made infinite")
    func tooLarge() throws {
        #expect(try Self.number("1e309", \.double) == nil)
        #expect(try Self.number("-1e309", \.double) == nil)
        #expect(try Self.number("1e39", \.float) == nil)
        #expect(try Self.number("1e999999999999", \.double) == nil)
        #expect(try Self.number("1e-999999999999", \.double) == 0)
    }

    @Test("random decimals of every length and exponent are rounded as the standard library rounds them")
    func randomDecimals() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<30_000 {
            let digits = (0..<Int.random(in: 1...22, using: &generator)).map { _ in
                "\(Int.random(in: 0...9, using: &generator))"
            }
            let point = Int.random(in: 0...digits.count, using: &generator)
            var whole = digits[..<point].joined()
            while whole.count > 1, whole.hasPrefix("0") { whole.removeFirst() }
            var text = Bool.random(using: &generator) ? "-" : ""
            text += whole.isEmpty ? "0" : whole
            if point < digits.count { text += "." + digits[point...].joined() }
            if Bool.random(using: &generator) { text += "e\(Int.random(in: -50...50, using: &generator))" }
            #expect(try Self.number(text, \.double)?.bitPattern == Double(text)?.bitPattern, "\(text)")
            let float = Float(text).flatMap { $0.isFinite ? $0 : nil }
            #expect(try Self.number(text, \.float)?.bitPattern == float?.bitPattern, "\(text)")
        }
    }

    @Test("what is written shortest is read back exactly")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<30_000 {
            let double = Double(bitPattern: generator.next())
            if double.isFinite { #expect(try Self.number("\(double)", \.double) == double) }
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            if float.isFinite { #expect(try Self.number("\(float)", \.float) == float) }
        }
    }

    @Test(
        "integers are exact, and numbers with a fraction are none",
        arguments: [
            ("0", 0), ("-0", 0), ("127", 127), ("-128", -128), ("128", nil), ("-129", nil), ("3.0", 3), ("3e1", 30),
            ("1.2e1", 12), ("1.25e1", nil), ("0.5", nil), ("0.0e5", 0), ("120e-1", 12), ("-1.28e2", -128),
            ("1e3", nil), ("1e400", nil), ("99999999999999999999", nil),
        ] as [(String, Int8?)]
    )
    func integers(text: String, expected: Int8?) throws {
        #expect(try Self.number(text) { $0.integer(as: Int8.self) } == expected)
    }

    @Test("the ends of the 64-bit ranges are integers, and their neighbours beyond are not")
    func widestIntegers() throws {
        #expect(try Self.number("9223372036854775807") { $0.integer(as: Int64.self) } == .max)
        #expect(try Self.number("-9223372036854775808") { $0.integer(as: Int64.self) } == .min)
        #expect(try Self.number("18446744073709551615") { $0.integer(as: UInt64.self) } == .max)
        #expect(try Self.number("18446744073709551616") { $0.integer(as: UInt64.self) } == nil)
        #expect(try Self.number("9223372036854775808") { $0.integer(as: Int64.self) } == nil)
        #expect(try Self.number("-9223372036854775809") { $0.integer(as: Int64.self) } == nil)
        #expect(try Self.number("-1") { $0.integer(as: UInt64.self) } == nil)
    }

    @Test(
        "what JSON does not call a number is none",
        arguments: ["", "-", "+1", ".5", "1.", "01", "-01", "1e", "1e+", "NaN", "Infinity", "0x10", "1.e3", "--1"]
    )
    func malformed(text: String) {
        #expect(throws: JSONReadError.self) {
            try withBytes(of: text) { bytes in
                var scanner = JSONScanner(bytes)
                _ = try scanner.readNumber()
                guard scanner.isAtEnd else { throw scanner.error("rest") }
            }
        }
    }
}
