/// The bytes that HTTP gives a meaning, by name.
enum Byte {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let asterisk = UInt8(ascii: "*")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let delete: UInt8 = 0x7F
    static let dot = UInt8(ascii: ".")
    static let questionMark = UInt8(ascii: "?")
    static let semicolon = UInt8(ascii: ";")
    static let slash = UInt8(ascii: "/")
    static let zero = UInt8(ascii: "0")

    /// Whether the byte may stand in a token: letters, digits and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        Self.contains(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// Whether the byte may stand in a host name: letters, digits and `-._~`.
    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool {
        Self.contains(byte, low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- Self.zero < 10 }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool { byte == Self.space || byte == Self.tab }

    /// Whether the byte may stand in a field value: everything but the controls; the tab is allowed.
    @inline(__always)
    static func isFieldValue(_ byte: UInt8) -> Bool {
        (byte >= Self.space && byte != Self.delete) || byte == Self.tab
    }

    /// The value of a hexadecimal digit, or `nil`.
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if Self.isDigit(byte) { return byte &- Self.zero }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter &+ 10 : nil
    }

    /// A set of ASCII bytes as 128 bits: constants in the code need neither memory nor a first use.
    @inline(__always)
    private static func contains(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let half = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (half &>> UInt64(byte & 0x3F)) & 1 == 1
    }
}

extension UnsafeRawPointer {
    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { self.load(fromByteOffset: offset, as: UInt8.self) }

    /// Eight bytes, the first of them lowest, whatever the machine's order.
    @inline(__always)
    func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: self.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Up to eight bytes before `end`, the first of them lowest, the rest zero.
    @inline(__always)
    func partialWord(_ offset: Int, count: Int, end: Int) -> UInt64 {
        if offset &+ 8 <= end {
            return count >= 8 ? self.word(offset) : self.word(offset) & ((1 &<< UInt64(count &* 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<Swift.min(count, 8) {
            word |= UInt64(self.byte(offset &+ index)) &<< UInt64(index &* 8)
        }
        return word
    }
}

extension UnsafeRawBufferPointer {
    /// Whether these bytes are `text`, which must be lower case, when the case of ASCII letters is disregarded.
    public func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard self.count == text.utf8CodeUnitCount else { return false }
        let expected = text.utf8Start
        for index in 0..<self.count {
            let byte = self[index]
            let lowered = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            guard lowered == expected[index] else { return false }
        }
        return true
    }

    /// Whether these bytes and the others are the same when the case of ASCII letters is disregarded.
    public func equalsIgnoringCase(_ other: UnsafeRawBufferPointer) -> Bool {
        guard self.count == other.count else { return false }
        for index in 0..<self.count {
            let (left, right) = (self[index], other[index])
            guard left != right else { continue }
            // Letters differ in one bit only, and only letters may.
            guard left ^ right == 0x20, (left | 0x20) &- UInt8(ascii: "a") < 26 else { return false }
        }
        return true
    }
}
