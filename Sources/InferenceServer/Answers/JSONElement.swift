/// An element that can be written as JSON.
protocol JSONElement: BitwiseCopyable {
    /// At least the bytes of the longest text.
    static var maximumTextLength: Int { get }

    /// Writes the value and returns how many bytes that took.
    func write(to target: UnsafeMutablePointer<UInt8>) -> Int
}

extension JSONElement where Self: FixedWidthInteger {
    static var maximumTextLength: Int { 20 }

    @inline(__always)
    func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
        var position = 0
        if self < 0 {
            target[0] = UInt8(ascii: "-")
            position = 1
        }
        var rest = UInt64(self.magnitude)
        var digitCount = 1
        var bound: UInt64 = 10
        while digitCount < 20, rest >= bound {
            digitCount &+= 1
            bound = bound &* 10
        }
        position &+= digitCount
        for index in 1...digitCount {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            target[position &- index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        return position
    }
}

extension UInt8: JSONElement {}
extension UInt16: JSONElement {}
extension UInt32: JSONElement {}
extension UInt64: JSONElement {}
extension Int8: JSONElement {}
extension Int16: JSONElement {}
extension Int32: JSONElement {}
extension Int64: JSONElement {}

/// Floating-point numbers are written with as few digits as tell them apart from their neighbours of the same type.
///
/// JSON has no infinities and no not-a-number; they become `null`, and only binary data keeps them.
extension JSONElement where Self: BinaryFloatingPoint & CustomStringConvertible {
    static var maximumTextLength: Int { 25 }

    @inline(__always)
    func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
        guard self.isFinite else {
            for (index, byte) in "null".utf8.enumerated() { target[index] = byte }
            return 4
        }
        var text = self.description
        return text.withUTF8 { bytes in
            UnsafeMutableRawPointer(target).copyMemory(
                from: UnsafeRawPointer(bytes.baseAddress ?? UnsafePointer(target)),
                byteCount: bytes.count
            )
            return bytes.count
        }
    }
}

extension Double: JSONElement {}
extension Float: JSONElement {}

extension HalfPrecision: JSONElement {
    static var maximumTextLength: Int { Float.maximumTextLength }

    func write(to target: UnsafeMutablePointer<UInt8>) -> Int { Float16(bitPattern: self.bitPattern).write(to: target) }
}

extension Float16: JSONElement {}

extension BrainFloat: JSONElement {
    static var maximumTextLength: Int { Float.maximumTextLength }

    func write(to target: UnsafeMutablePointer<UInt8>) -> Int { self.value.write(to: target) }
}

extension Truth: JSONElement {
    static var maximumTextLength: Int { 5 }

    func write(to target: UnsafeMutablePointer<UInt8>) -> Int {
        let text: StaticString = self.byte == 0 ? "false" : "true"
        UnsafeMutableRawPointer(target).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        return text.utf8CodeUnitCount
    }
}
