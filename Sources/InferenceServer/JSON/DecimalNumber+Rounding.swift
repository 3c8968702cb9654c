extension DecimalNumber {
    /// The nearest `Double`, ties to even, or `nil` when the number is too large for one.
    var double: Double? {
        guard let magnitude = self.quickMagnitude ?? self.slowMagnitude() else { return nil }
        return self.isNegative ? -magnitude : magnitude
    }

    /// The nearest `Float`, ties to even, or `nil` when the number is too large for one.
    ///
    /// Rounding to `Double` first is right unless the `Double` lies exactly half-way between two `Float`s, where it may
    /// hide on which side the number was; those, and numbers below the normal range, take the slow way.
    var float: Float? {
        guard let double = self.quickMagnitude else { return self.slowFloat() }
        // A `Double` has 29 bits more than a `Float`.
        let isHalfWay = double.bitPattern & (1 << 29 - 1) == 1 << 28
        let isNormal = double >= Double(Float.leastNormalMagnitude) || double == 0
        guard isNormal, !isHalfWay else { return self.slowFloat() }
        let magnitude = Float(double)
        guard magnitude.isFinite else { return nil }
        return self.isNegative ? -magnitude : magnitude
    }

    /// The number as an integer of some width; `nil` when it has a fraction or does not fit.
    ///
    /// `3.0` and `3e2` count.
    func integer<Integer: FixedWidthInteger>(as type: Integer.Type) -> Integer? {
        guard self.isWhole, self.isComplete else { return self.slowInteger() }
        guard self.isNegative else { return Integer(exactly: self.significand) }
        guard self.significand <= 1 << 63 else { return nil }
        return Integer(exactly: Int64(truncatingIfNeeded: 0 &- self.significand))
    }

    // MARK: The quick way

    /// Powers of ten that a `Double` holds exactly.
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The magnitude, correctly rounded; `nil` where the quick way cannot tell.
    @inline(__always)
    private var quickMagnitude: Double? {
        guard self.isComplete, self.exponent.magnitude <= 22 else { return nil }
        let power = Self.exactPowers[Int(self.exponent.magnitude)]
        guard self.significand <= 1 << 53 else { return self.compensatedMagnitude(power: power) }
        // One operation on two exact operands: W. Clinger, "How to read floating point numbers accurately", 1990.
        let significand = Double(self.significand)
        return self.exponent < 0 ? significand / power : significand * power
    }

    /// The same for a significand of more than 53 bits, taken as the sum of two `Double`s.
    ///
    /// The operation on the high part leaves a remainder that one fused operation tells exactly; together with the low
    /// part's share it is the correction. What the correction itself lacks is a few units of its own last place, so
    /// where the sum rounds alike with a little less and a little more of it, it is right.
    private func compensatedMagnitude(power: Double) -> Double? {
        let high = Double(self.significand)
        let low = Double(Int64(truncatingIfNeeded: self.significand &- UInt64(high)))
        let main: Double
        let correction: Double
        let slack: Double
        if self.exponent < 0 {
            main = high / power
            let remainder = high.addingProduct(-main, power)
            correction = (remainder + low) / power
            slack = (remainder.magnitude + low.magnitude) / power * 0x1p-48
        } else {
            main = high * power
            let remainder = (-main).addingProduct(high, power)
            let share = low * power
            correction = remainder + share
            slack = (remainder.magnitude + share.magnitude) * 0x1p-48
        }
        let below = main + (correction - slack)
        let above = main + (correction + slack)
        return below == above ? below : nil
    }

    // MARK: The slow way

    private func slowMagnitude() -> Double? {
        let text = String(decoding: self.isNegative ? self.text.dropFirst() : self.text[...], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { return nil }
        return value
    }

    private func slowFloat() -> Float? {
        guard let value = Float(String(decoding: self.text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    private func slowInteger<Integer: FixedWidthInteger>() -> Integer? {
        if self.isWhole { return Integer(String(decoding: self.text, as: UTF8.self)) }
        guard self.isComplete else { return nil }
        var magnitude = self.significand
        guard magnitude != 0 else { return 0 }
        var exponent = self.exponent
        while exponent < 0 {
            let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 10)
            guard remainder == 0 else { return nil }
            magnitude = quotient
            exponent += 1
        }
        while exponent > 0 {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            magnitude = product
            exponent -= 1
        }
        guard self.isNegative else { return Integer(exactly: magnitude) }
        guard magnitude <= 1 << 63 else { return nil }
        return Integer(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    }
}
