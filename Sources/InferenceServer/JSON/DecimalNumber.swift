/// A number as it was written in decimal, not yet rounded to any type.
///
/// Its value is `significand` times ten to the power of `exponent`, negated where it says so, as long as the number has
/// no more than nineteen significant digits; a longer one is only known by its text.
struct DecimalNumber {
    let isNegative: Bool
    let significand: UInt64
    let exponent: Int
    /// Whether `significand` holds every digit.
    let isComplete: Bool
    /// Written without a fraction and without an exponent.
    let isWhole: Bool
    let text: UnsafeBufferPointer<UInt8>
}

extension JSONScanner {
    /// Reads a number in JSON's grammar.
    ///
    /// - Parameter wanted: What an error says was expected here.
    @inline(__always)
    mutating func readNumber(_ wanted: StaticString = "a value") throws(JSONReadError) -> DecimalNumber {
        let start = self.position
        let isNegative = self.take(UInt8(ascii: "-"))
        var digits = DigitReader()
        let wholeDigits = self.readDigits(&digits)
        guard wholeDigits > 0 else { throw self.unexpected(isNegative ? "a digit" : "\(wanted)") }
        if wholeDigits > 1, self.slice(from: start, to: self.position)[isNegative ? 1 : 0] == UInt8(ascii: "0") {
            throw self.error("a number must not begin with a zero", at: start)
        }
        var exponent = 0
        var isWhole = true
        if self.take(UInt8(ascii: ".")) {
            isWhole = false
            exponent = -self.readDigits(&digits)
            guard exponent < 0 else { throw self.unexpected("a digit") }
        }
        if self.current | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            exponent += try self.readExponent()
        }
        return DecimalNumber(
            isNegative: isNegative,
            significand: digits.significand,
            exponent: exponent,
            isComplete: digits.significantDigits <= DigitReader.exactDigits,
            isWhole: isWhole,
            text: self.slice(from: start, to: self.position)
        )
    }

    /// - Returns: How many digits there were.
    @inline(__always)
    private mutating func readDigits(_ reader: inout DigitReader) -> Int {
        let start = self.position
        while true {
            let digit = self.current &- UInt8(ascii: "0")
            guard digit < 10 else { return self.position - start }
            reader.append(digit)
            self.advance()
        }
    }

    private mutating func readExponent() throws(JSONReadError) -> Int {
        self.advance()
        let isNegative = self.take(UInt8(ascii: "-"))
        if !isNegative { _ = self.take(UInt8(ascii: "+")) }
        let start = self.position
        var exponent = 0
        while true {
            let digit = self.current &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // Far beyond any number's range there is nothing left to tell apart.
            if exponent < 1_000_000 { exponent = exponent * 10 + Int(digit) }
            self.advance()
        }
        guard self.position > start else { throw self.unexpected("a digit of the exponent") }
        return isNegative ? -exponent : exponent
    }
}

/// Gathers digits as long as they fit.
private struct DigitReader {
    /// Nineteen digits always fit into 64 bits.
    static let exactDigits = 19

    var significand: UInt64 = 0
    var significantDigits = 0

    @inline(__always)
    mutating func append(_ digit: UInt8) {
        self.significand = self.significand &* 10 &+ UInt64(digit)
        // Zeros in front do not count; a significand that has overflowed to zero does.
        if self.significand != 0 || self.significantDigits != 0 { self.significantDigits &+= 1 }
    }
}
