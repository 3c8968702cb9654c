/// Logarithm and exponential in plain arithmetic.
///
/// A simulation must give the same bits on every platform, and C libraries differ in the last bit of both. These use
/// additions, multiplications and one division only, which IEEE 754 fixes. Errors stay below 2e-15 relative. The
/// coefficients interpolate at Chebyshev nodes with fifty digits.
public enum ElementaryFunctions {
    @usableFromInline static let ln2High = 0.6931471803691238
    @usableFromInline static let ln2Low = 1.9082149292705877e-10

    /// The natural logarithm; minus infinity at zero, not a number below it.
    @inlinable
    @inline(__always)
    public static func log(_ value: Double) -> Double {
        guard value >= 0x1p-1022, value < .infinity else { return Self.logOfUnusual(value) }
        let bits = value.bitPattern
        // The mantissa is brought into [1/√2, √2), where the series is shortest.
        let shifted = bits &- 0x3FE6_A09E_667F_3BCD
        let exponent = Double(Int64(bitPattern: shifted) >> 52)
        let mantissa = Double(bitPattern: (shifted & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)
        let s = (mantissa - 1) / (mantissa + 1)
        let z = s * s
        let z2 = z * z
        let low = 0.666666666666667 + z * 0.3999999999989889
        let middle = 0.28571428626253836 + z * 0.22222211089379496
        let high = 0.1818289243253687 + z * 0.15331611722055008 + z2 * 0.14617807153417325
        let series = low + z2 * (middle + z2 * high)
        return exponent * Self.ln2High + (2 * s + (s * z * series + exponent * Self.ln2Low))
    }

    @usableFromInline
    @inline(never)
    static func logOfUnusual(_ value: Double) -> Double {
        if value == 0 { return -.infinity }
        if value == .infinity { return .infinity }
        guard value > 0 else { return .nan }
        // Subnormal: scaled up by 2^64, which is exact.
        return Self.log(value * 0x1p64) - 64 * 0.6931471805599453
    }

    /// The exponential function; zero below -745, infinity above 709.7.
    @inlinable
    public static func exp(_ value: Double) -> Double {
        guard value > -708, value < 709 else { return Self.expOfUnusual(value) }
        let whole = (value * 1.4426950408889634).rounded(.toNearestOrEven)
        let r = (value - whole * Self.ln2High) - whole * Self.ln2Low
        let r2 = r * r
        let r4 = r2 * r2
        let first = 0.5 + r * 0.1666666666666667 + r2 * (0.04166666666666667 + r * 0.008333333333326084)
        let second =
            0.0013888888888883711 + r * 0.0001984126987500228
            + r2 * (2.480158732567746e-05 + r * 2.755725517000089e-06)
        let third = 2.755727347871858e-07 + r * 2.5105312729622103e-08 + r2 * 2.09147553258932e-09
        let series = first + r4 * (second + r4 * third)
        let scale = Double(bitPattern: UInt64(bitPattern: (Int64(whole) &+ 1023) << 52))
        return (1 + (r + r2 * series)) * scale
    }

    @usableFromInline
    static func expOfUnusual(_ value: Double) -> Double {
        if value.isNaN { return value }
        if value >= 709 {
            // 709 itself is in reach: the largest argument that does not overflow is 709.78.
            guard value < 709.782712893384 else { return .infinity }
            return Self.exp(value - 2) * Self.exp(2)
        }
        guard value > -745.2 else { return 0 }
        return Self.exp(value + 64) * Self.exp(-64)
    }

    /// `base` to the power of `exponent`, for a positive base.
    @inlinable
    public static func power(_ base: Double, _ exponent: Double) -> Double {
        Self.exp(exponent * Self.log(base))
    }
}
