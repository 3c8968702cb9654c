/// Decimal numbers and nothing else: no infinities, no hexadecimal.
enum DecimalText {
    static func parse(_ text: String) -> Double? {
        let isPlain = text.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "0") < 10 || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
        }
        guard isPlain, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// Without a needless fraction: `60` rather than `60.0`.
    static func of(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }
}
