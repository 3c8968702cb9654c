/// An element type that JSON can carry as a number.
protocol TensorElement: BitwiseCopyable {
    static var datatype: Datatype { get }

    /// Takes one value from the text.
    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> Self
}

extension JSONScanner {
    /// The error for a number that is well formed and does not fit its type.
    @inline(never)
    func misfit(_ number: DecimalNumber, _ datatype: Datatype, _ reason: String) -> JSONReadError {
        let text = String(decoding: number.text.prefix(32), as: UTF8.self)
        let start = self.position - number.text.count
        return self.error("\(text) is no \(datatype.rawValue): \(reason)", at: start)
    }
}

extension TensorElement where Self: FixedWidthInteger {
    @inline(__always)
    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> Self {
        let number = try scanner.readNumber("a number")
        guard let value = number.integer(as: Self.self) else {
            throw scanner.misfit(number, Self.datatype, "it must be whole and lie in \(Self.min)...\(Self.max)")
        }
        return value
    }
}

extension UInt8: TensorElement { static var datatype: Datatype { .uint8 } }
extension UInt16: TensorElement { static var datatype: Datatype { .uint16 } }
extension UInt32: TensorElement { static var datatype: Datatype { .uint32 } }
extension UInt64: TensorElement { static var datatype: Datatype { .uint64 } }
extension Int8: TensorElement { static var datatype: Datatype { .int8 } }
extension Int16: TensorElement { static var datatype: Datatype { .int16 } }
extension Int32: TensorElement { static var datatype: Datatype { .int32 } }
extension Int64: TensorElement { static var datatype: Datatype { .int64 } }

extension Double: TensorElement {
    static var datatype: Datatype { .float64 }

    @inline(__always)
    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> Double {
        let number = try scanner.readNumber("a number")
        guard let value = number.double else { throw scanner.misfit(number, .float64, "it is too large") }
        return value
    }
}

extension Float: TensorElement {
    static var datatype: Datatype { .float32 }

    @inline(__always)
    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> Float {
        let number = try scanner.readNumber("a number")
        guard let value = number.float else { throw scanner.misfit(number, .float32, "it is too large") }
        return value
    }
}
