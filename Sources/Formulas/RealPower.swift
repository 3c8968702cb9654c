/// Powers of real numbers in arithmetic of this program's own: no library of the system, and on every machine the same
/// bits.
enum RealPower {
    /// `base` to the power of `exponent`, or `nil` where that is no real number or too large for one.
    static func of(_ base: Double, _ exponent: Double) -> Double? {
        if exponent == 0 || base == 1 { return 1 }
        if base == 0 { return exponent > 0 ? 0 : nil }
        if let whole = Int32(exactly: exponent), whole.magnitude <= 1024 { return Self.finite(Self.whole(base, whole)) }
        if exponent == 0.5, base > 0 { return base.squareRoot() }
        guard base > 0 else { return Self.ofNegative(base, exponent) }
        return Self.finite(Self.exponential(exponent * Self.logarithm(base)))
    }

    /// Whole exponents only: odd ones keep the sign.
    private static func ofNegative(_ base: Double, _ exponent: Double) -> Double? {
        guard exponent == exponent.rounded(), let power = Self.of(-base, exponent) else { return nil }
        return exponent.truncatingRemainder(dividingBy: 2) == 0 ? power : -power
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

    private static func whole(_ base: Double, _ exponent: Int32) -> Double {
        var (result, square, rest) = (1.0, base, exponent.magnitude)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            rest >>= 1
            // Squared once too often it would overflow although the result does not.
            if rest > 0 { square *= square }
        }
        return exponent < 0 ? 1 / result : result
    }

    private static let log2 = 0.6931471805599453

    /// Of a positive number: its binary exponent, and a series for what lies between 0.7 and 1.4.
    static func logarithm(_ value: Double) -> Double {
        var (exponent, mantissa) = (Double(value.exponent), value.significand)
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var (sum, power, odd) = (0.0, ratio, 1.0)
        while power.magnitude > 1e-18 {
            sum += power / odd
            power *= square
            odd += 2
        }
        return exponent * Self.log2 + 2 * sum
    }

    static func exponential(_ value: Double) -> Double {
        guard value < 710 else { return .infinity }
        guard value > -745 else { return 0 }
        let halvings = (value / Self.log2).rounded()
        let rest = value - halvings * Self.log2
        var (sum, term, index) = (1.0, 1.0, 1.0)
        while term.magnitude > 1e-18 {
            term *= rest / index
            sum += term
            index += 1
        }
        // In two steps: the first half may already be at the edge of what there is.
        let half = (halvings / 2).rounded(.towardZero)
        return sum * Self.scale(half) * Self.scale(halvings - half)
    }

    private static func scale(_ exponent: Double) -> Double {
        Double(sign: .plus, exponent: Int(exponent), significand: 1)
    }
}
