/// The functions that distributions of statistics are made of.
enum SpecialFunctions {
    /// The regularised incomplete beta function, the share of Beta(a, b) below `x`.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let logFront =
            GammaFunction.logarithm(a + b) - GammaFunction.logarithm(a) - GammaFunction.logarithm(b) + a
            * ElementaryFunctions.log(x)
            + b * ElementaryFunctions.log(1 - x)
        let front = ElementaryFunctions.exp(logFront)
        // The continued fraction converges fast on the near side only.
        if x < (a + 1) / (a + b + 2) { return front * Self.betaFraction(x, a, b) / a }
        return 1 - front * Self.betaFraction(1 - x, b, a) / b
    }

    /// Lentz's evaluation of the continued fraction of the incomplete beta function.
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 / Self.awayFromZero(1 - (a + b) * x / (a + 1), tiny)
        var result = d
        for step in 1...300 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / Self.awayFromZero(1 + even * d, tiny)
            c = Self.awayFromZero(1 + even / c, tiny)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / Self.awayFromZero(1 + odd * d, tiny)
            c = Self.awayFromZero(1 + odd / c, tiny)
            let factor = d * c
            result *= factor
            if abs(factor - 1) < 1e-15 { break }
        }
        return result
    }

    private static func awayFromZero(_ value: Double, _ tiny: Double) -> Double { abs(value) < tiny ? tiny : value }
}
