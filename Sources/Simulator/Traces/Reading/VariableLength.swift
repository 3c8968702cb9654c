/// Whole numbers in as few bytes as they need, seven bits a byte, the lowest first (LEB128).
struct VariableLengthWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            self.bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        self.bytes.append(UInt8(value))
    }
}

/// Reads what `VariableLengthWriter` wrote; anything else is `nil`, never a trap.
struct VariableLengthReader {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { self.position == self.bytes.count }
    var remaining: Int { self.bytes.count - self.position }

    mutating func next(below limit: UInt64) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while self.position < self.bytes.count, shift < 63 {
            let byte = self.bytes[self.position]
            self.position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value < limit ? value : nil }
            shift += 7
        }
        return nil
    }
}
