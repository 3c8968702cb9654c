import StructuredData

/// What a plain scalar means: the part of YAML where dialects differ.
///
/// Numbers are those of kubectl, octal `0644` and underscores included. Booleans are `true` and `false` in lower, upper
/// and title case, and nothing else: where YAML 1.1, and kubectl with it, turns `yes`, `on` and `y` into booleans, they
/// stay the strings that their author sees.
enum YAMLScalar {
    /// - Returns: `nil` for `.inf` and `.nan`, which JSON cannot say.
    static func value(ofPlain text: String) -> JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        guard let first = text.utf8.first, Self.canBeginNumber(first) else { return .string(text) }
        if Self.isInfinityOrNotANumber(text) { return nil }
        return Self.integer(text) ?? Self.decimal(text) ?? .string(text)
    }

    private static func canBeginNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    private static func isInfinityOrNotANumber(_ text: String) -> Bool {
        let unsigned = text.first == "-" || text.first == "+" ? text.dropFirst() : Substring(text)
        return [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(unsigned)
    }

    /// Decimal, `0x` hexadecimal, `0b` binary and octal as `0o17` or `017`.
    private static func integer(_ text: String) -> JSONValue? {
        var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        // An underscore parts digits, it does not begin them.
        guard digits.first != nil, text.utf8.first != UInt8(ascii: "_") else { return nil }
        var radix = 10
        if digits.count > 1, digits.first == UInt8(ascii: "0") {
            let prefixes: [UInt8: Int] = [UInt8(ascii: "x"): 16, UInt8(ascii: "b"): 2, UInt8(ascii: "o"): 8]
            let named = prefixes[digits[digits.startIndex + 1]]
            radix = named ?? 8
            digits = digits.dropFirst(named == nil ? 1 : 2)
        }
        guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        let sign = isNegative ? "-" : ""
        return Int64(sign + String(decoding: digits, as: UTF8.self), radix: radix).map { .int($0) }
    }

    /// A number with a fraction or an exponent, or an integer beyond 64 bits.
    private static func decimal(_ text: String) -> JSONValue? {
        let isPlain = text.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "0") < 10 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
        }
        let hasDigit = text.utf8.contains { $0 &- UInt8(ascii: "0") < 10 }
        guard isPlain, hasDigit else { return nil }
        // `.5` and `5.` are numbers to YAML, but not to the parser of the standard library.
        var completed = text
        if let dot = completed.firstIndex(of: ".") {
            let after = completed.index(after: dot)
            if after == completed.endIndex || !completed[after].isNumber { completed.insert("0", at: after) }
            if dot == completed.startIndex || !completed[completed.index(before: dot)].isNumber {
                completed.insert("0", at: dot)
            }
        }
        guard let value = Double(completed), value.isFinite else { return nil }
        return .double(value)
    }
}
