extension JSONScanner {
    /// Reads a string as text.
    mutating func readString() throws(JSONReadError) -> String {
        let start = self.position
        if let plain = try self.takePlainString() {
            guard let text = String(validating: plain, as: UTF8.self) else {
                throw self.error("the string is not valid UTF-8", at: start)
            }
            return text
        }
        var bytes: [UInt8] = []
        try self.appendEscapedString(to: &bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw self.error("the string is not valid UTF-8", at: start)
        }
        return text
    }

    /// Reads a string and hands its bytes in UTF-8 to `body`.
    mutating func readStringBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws(JSONReadError) {
        guard self.current == UInt8(ascii: "\"") else { throw self.unexpected("a string") }
        let start = self.position
        if let plain = try self.takePlainString() {
            guard Self.isUTF8(plain) else { throw self.error("the string is not valid UTF-8", at: start) }
            return body(plain)
        }
        var bytes: [UInt8] = []
        try self.appendEscapedString(to: &bytes)
        let isValid = bytes.withUnsafeBufferPointer { bytes in
            guard Self.isUTF8(bytes) else { return false }
            body(bytes)
            return true
        }
        guard isValid else { throw self.error("the string is not valid UTF-8", at: start) }
    }

    mutating func skipString() throws(JSONReadError) {
        try self.readStringBytes { _ in }
    }

    private static func isUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
    }

    /// The bytes of a string without escapes, quotes taken off; `nil`, the scanner unmoved, when it has escapes.
    private mutating func takePlainString() throws(JSONReadError) -> UnsafeBufferPointer<UInt8>? {
        var scanner = self
        scanner.advance()
        let start = scanner.position
        while !scanner.isAtEnd {
            let byte = scanner.current
            switch byte {
            case UInt8(ascii: "\""):
                let plain = scanner.slice(from: start, to: scanner.position)
                scanner.advance()
                self = scanner
                return plain
            case UInt8(ascii: "\\"): return nil
            case 0..<0x20: throw scanner.error("a control character must be escaped inside a string")
            default: scanner.advance()
            }
        }
        throw scanner.error("the string is not closed")
    }

    private mutating func appendEscapedString(to bytes: inout [UInt8]) throws(JSONReadError) {
        self.advance()
        while !self.isAtEnd {
            let byte = self.current
            switch byte {
            case UInt8(ascii: "\""):
                self.advance()
                return
            case UInt8(ascii: "\\"):
                self.advance()
                try self.appendEscape(to: &bytes)
            case 0..<0x20: throw self.error("a control character must be escaped inside a string")
            default:
                bytes.append(byte)
                self.advance()
            }
        }
        throw self.error("the string is not closed")
    }

    private mutating func appendEscape(to bytes: inout [UInt8]) throws(JSONReadError) {
        let byte = self.current
        self.advance()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"): try self.appendUnicodeEscape(to: &bytes)
        default: throw self.error("an unknown escape in a string", at: self.position - 1)
        }
    }

    private mutating func appendUnicodeEscape(to bytes: inout [UInt8]) throws(JSONReadError) {
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
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func hexadecimalUnit() throws(JSONReadError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexadecimalDigit(self.current) else {
                throw self.unexpected("a hexadecimal digit")
            }
            unit = unit << 4 | digit
            self.advance()
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
}
