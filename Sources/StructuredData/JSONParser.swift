/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    public let message: String
    /// Bytes before the offending one.
    public let offset: Int
    /// Counted from one.
    public let line: Int
    /// Counted from one, in bytes.
    public let column: Int

    public var description: String { "line \(self.line), column \(self.column): \(self.message)" }
}

/// Reads JSON as RFC 8259 defines it, and nothing else: no comments, no trailing commas, no bare control characters.
///
/// The text comes from anyone, so depth is bounded and every byte is looked at once.
public struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var position = 0

    /// Parses a whole text.
    ///
    /// - Parameter maximumDepth: Lists and objects inside one another before the text is refused.
    public static func parse(_ bytes: some Sequence<UInt8>, maximumDepth: Int = 128) throws(JSONError) -> JSONValue {
        let outcome: Result<JSONValue, JSONError> =
            bytes.withContiguousStorageIfAvailable { Self.parseBuffer($0, maximumDepth: maximumDepth) }
            ?? Array(bytes).withUnsafeBufferPointer { Self.parseBuffer($0, maximumDepth: maximumDepth) }
        return try outcome.get()
    }

    public static func parse(_ text: String, maximumDepth: Int = 128) throws(JSONError) -> JSONValue {
        try Self.parse(Array(text.utf8), maximumDepth: maximumDepth)
    }

    private static func parseBuffer(
        _ bytes: UnsafeBufferPointer<UInt8>,
        maximumDepth: Int
    ) -> Result<JSONValue, JSONError> {
        Result { () throws(JSONError) -> JSONValue in
            var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
            parser.skipSpace()
            let value = try parser.value(depth: 0)
            parser.skipSpace()
            guard parser.position == bytes.count else { throw parser.error("unexpected text after the value") }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard let byte = self.peek() else { throw self.error("unexpected end of the text, a value was expected") }
        switch byte {
        case UInt8(ascii: "{"): return try self.object(depth: depth + 1)
        case UInt8(ascii: "["): return try self.array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.literal("true", .bool(true))
        case UInt8(ascii: "f"): return try self.literal("false", .bool(false))
        case UInt8(ascii: "n"): return try self.literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        default: throw self.error("unexpected \(Self.describe(byte)), a value was expected")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try self.checkDepth(depth)
        self.position += 1
        var object = JSONObject()
        self.skipSpace()
        if self.take(UInt8(ascii: "}")) { return .object(object) }
        while true {
            guard self.peek() == UInt8(ascii: "\"") else { throw self.unexpected("a member name in double quotes") }
            let key = try self.string()
            self.skipSpace()
            guard self.take(UInt8(ascii: ":")) else { throw self.unexpected("':' after the member name") }
            self.skipSpace()
            object[key] = try self.value(depth: depth)
            self.skipSpace()
            if self.take(UInt8(ascii: "}")) { return .object(object) }
            guard self.take(UInt8(ascii: ",")) else { throw self.unexpected("',' or '}'") }
            self.skipSpace()
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try self.checkDepth(depth)
        self.position += 1
        var elements: [JSONValue] = []
        self.skipSpace()
        if self.take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try self.value(depth: depth))
            self.skipSpace()
            if self.take(UInt8(ascii: "]")) { return .array(elements) }
            guard self.take(UInt8(ascii: ",")) else { throw self.unexpected("',' or ']'") }
            self.skipSpace()
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = text.utf8CodeUnitCount
        for offset in 0..<length {
            let position = self.position + offset
            guard position < self.bytes.count, self.bytes[position] == text.utf8Start[offset] else {
                throw self.error("unexpected text, '\(text)' was expected")
            }
        }
        self.position += length
        return value
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        self.position += 1
        let start = self.position
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            if byte == UInt8(ascii: "\"") {
                let text = UnsafeBufferPointer(rebasing: self.bytes[start..<self.position])
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw self.error("the string is not valid UTF-8")
                }
                self.position += 1
                return string
            }
            if byte == UInt8(ascii: "\\") { return try self.escapedString(from: start) }
            guard byte >= 0x20 else { throw self.error("a control character must be escaped inside a string") }
            self.position += 1
        }
        throw self.error("the string is not closed")
    }

    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = Array(self.bytes[start..<self.position])
        while self.position < self.bytes.count {
            let byte = self.bytes[self.position]
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw self.error("the string is not valid UTF-8")
                }
                self.position += 1
                return string
            case UInt8(ascii: "\\"):
                try self.escape(into: &text)
            case 0x20...:
                text.append(byte)
                self.position += 1
            default:
                throw self.error("a control character must be escaped inside a string")
            }
        }
        throw self.error("the string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        self.position += 1
        guard let byte = self.peek() else { throw self.error("the string is not closed") }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try self.unicodeEscape())
        default: throw self.error("unknown escape '\\\(Unicode.Scalar(byte))'")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> [UInt8] {
        let unit = try self.hexadecimalUnit()
        var code = UInt32(unit)
        if (0xD800..<0xDC00).contains(unit) {
            guard self.take(UInt8(ascii: "\\")), self.take(UInt8(ascii: "u")) else {
                throw self.error("a high surrogate needs a low surrogate behind it")
            }
            let low = try self.hexadecimalUnit()
            guard (0xDC00..<0xE000).contains(low) else {
                throw self.error("a high surrogate needs a low surrogate behind it")
            }
            code = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw self.error("a low surrogate stands alone") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func hexadecimalUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = self.peek().flatMap(Self.hexadecimalDigit) else {
                throw self.error("four hexadecimal digits must follow '\\u'")
            }
            unit = unit << 4 | digit
            self.position += 1
        }
        return unit
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = self.position
        let isNegative = self.take(UInt8(ascii: "-"))
        let digitsStart = self.position
        var magnitude: UInt64 = 0
        var fits = true
        while let byte = self.peek(), Self.isDigit(byte) {
            let (scaled, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = scaled.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
            fits = fits && !overflow && !carry
            magnitude = sum
            self.position += 1
        }
        let digits = self.position - digitsStart
        guard digits > 0 else { throw self.unexpected("a digit") }
        guard digits == 1 || self.bytes[digitsStart] != UInt8(ascii: "0") else {
            throw self.error("a number must not begin with a zero")
        }
        var isWhole = true
        if self.take(UInt8(ascii: ".")) {
            isWhole = false
            try self.digits()
        }
        if let byte = self.peek(), byte | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            self.position += 1
            if !self.take(UInt8(ascii: "-")) { _ = self.take(UInt8(ascii: "+")) }
            try self.digits()
        }
        if isWhole, fits {
            if !isNegative, let value = Int64(exactly: magnitude) { return .int(value) }
            // Minus zero is a floating-point number: an integer would lose its sign.
            if isNegative, magnitude != 0, magnitude <= UInt64(Int64.max) + 1 {
                return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
            }
        }
        let text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw self.error("the number \(text.prefix(32)) does not fit into 64 bits")
        }
        return .double(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = self.position
        while let byte = self.peek(), Self.isDigit(byte) { self.position += 1 }
        guard self.position > start else { throw self.unexpected("a digit") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    // MARK: Bytes

    private func peek() -> UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek() == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = self.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.position += 1
        }
    }

    private func checkDepth(_ depth: Int) throws(JSONError) {
        guard depth <= self.maximumDepth else {
            throw self.error("lists and objects are nested deeper than \(self.maximumDepth)")
        }
    }

    // MARK: Errors

    private func unexpected(_ wanted: String) -> JSONError {
        guard let byte = self.peek() else { return self.error("unexpected end of the text, \(wanted) was expected") }
        return self.error("unexpected \(Self.describe(byte)), \(wanted) was expected")
    }

    private func error(_ message: String) -> JSONError {
        var line = 1
        var lineStart = 0
        for offset in 0..<min(self.position, self.bytes.count) where self.bytes[offset] == 0x0A {
            line += 1
            lineStart = offset + 1
        }
        return JSONError(message: message, offset: self.position, line: line, column: self.position - lineStart + 1)
    }

    private static func describe(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
    }
}
