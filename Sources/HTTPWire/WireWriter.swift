/// Writes bytes one after another into memory of the caller's, such as the writable part of a buffer.
///
/// Compute an upper bound first; to write past the end is a programmer's error and traps.
public struct WireWriter {
    private let region: UnsafeMutableRawBufferPointer
    /// Bytes written so far.
    public private(set) var count = 0

    public init(_ region: UnsafeMutableRawBufferPointer) {
        self.region = region
    }

    @inline(__always)
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        self.reserve(bytes.count).copyMemory(from: source, byteCount: bytes.count)
    }

    @inline(__always)
    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        self.reserve(count).copyMemory(from: text.utf8Start, byteCount: count)
    }

    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        self.reserve(1).storeBytes(of: byte, as: UInt8.self)
    }

    /// Appends a number in decimal digits, at most 20.
    public mutating func append(decimal number: UInt64) {
        var digitCount = 1
        var bound: UInt64 = 10
        while number >= bound {
            digitCount &+= 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        let place = self.reserve(digitCount)
        var rest = number
        for index in stride(from: digitCount &- 1, through: 0, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            place.storeBytes(of: Byte.zero &+ UInt8(truncatingIfNeeded: digit), toByteOffset: index, as: UInt8.self)
            rest = quotient
        }
    }

    /// Appends a number in hexadecimal digits, at most 16.
    public mutating func append(hexadecimal number: UInt64) {
        let digitCount = max(1, (64 - number.leadingZeroBitCount + 3) / 4)
        for index in stride(from: digitCount - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: number &>> UInt64(index * 4)) & 0xF
            self.append(digit < 10 ? Byte.zero + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Where the next bytes go, after making sure that they fit.
    @inline(__always)
    private mutating func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer {
        guard let base = self.region.baseAddress, byteCount <= self.region.count &- self.count else {
            preconditionFailure("\(byteCount) bytes after \(self.count) of \(self.region.count)")
        }
        defer { self.count &+= byteCount }
        return base + self.count
    }
}
