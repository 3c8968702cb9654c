/// An IEEE 754 half-precision number by its bits.
///
/// V1 requests carry plain numbers whatever the model takes, so its numbers are rounded to what the model wants.
struct HalfPrecision: TensorElement {
    let bitPattern: UInt16

    static var datatype: Datatype { .float16 }

    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> HalfPrecision {
        let number = try scanner.readNumber("a number")
        guard let value = number.double, let half = HalfPrecision(rounding: value) else {
            throw scanner.misfit(number, .float16, "it must lie in -65504...65504")
        }
        return half
    }

    init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    /// The nearest number, ties to even; `nil` when there is none.
    init?(rounding value: Double) {
        let half = Float16(value)
        guard half.isFinite else { return nil }
        self.bitPattern = half.bitPattern
    }

    var value: Float { Float(Float16(bitPattern: self.bitPattern)) }
}

/// The upper half of a `Float`, by its bits.
struct BrainFloat: TensorElement {
    let bitPattern: UInt16

    static var datatype: Datatype { .bfloat16 }

    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> BrainFloat {
        let number = try scanner.readNumber("a number")
        guard let value = number.float, let brain = BrainFloat(rounding: value) else {
            throw scanner.misfit(number, .bfloat16, "it is too large")
        }
        return brain
    }

    init(bitPattern: UInt16) { self.bitPattern = bitPattern }

    /// The nearest number, ties to even; `nil` when there is none.
    init?(rounding value: Float) {
        let bits = value.bitPattern
        let tie = (bits >> 16) & 1
        let rounded = (bits &+ 0x7FFF &+ tie) >> 16
        self.bitPattern = UInt16(truncatingIfNeeded: rounded)
        guard self.value.isFinite else { return nil }
    }

    var value: Float { Float(bitPattern: UInt32(self.bitPattern) << 16) }
}

/// A truth value in a byte of its own.
struct Truth: TensorElement {
    let byte: UInt8

    static var datatype: Datatype { .bool }

    static func read(from scanner: inout JSONScanner) throws(JSONReadError) -> Truth {
        if let truth = try scanner.takeTruth() { return Truth(byte: truth ? 1 : 0) }
        let number = try scanner.readNumber("true or false")
        guard let value = number.integer(as: UInt8.self), value <= 1 else {
            throw scanner.misfit(number, .bool, "it must be true, false, 1 or 0")
        }
        return Truth(byte: value)
    }
}
