/// Weights that fall by the same factor from each second to the one before it.
enum ExponentialWeight {
    /// The share of the weight that lies within the window when the weights are let run on without end.
    private static let covered = 0.9999

    /// The weight of the newest second, for which `covered` of the weight falls into a window of `seconds`.
    static func coefficient(seconds: Int) -> Double {
        precondition(seconds >= 1, "seconds: \(seconds)")
        return 1 - Self.root(of: 1 - Self.covered, degree: seconds)
    }

    /// Knative's: as above, yet never below a fifth, which windows above 41 seconds would be.
    static func knativeCoefficient(seconds: Int) -> Double {
        max(0.2, Self.coefficient(seconds: seconds))
    }

    /// The positive number whose power of `degree` is `radicand`, by Newton's iteration from above.
    ///
    /// Own arithmetic instead of a library's power function: the core imports none, and every machine must get the same
    /// bits.
    static func root(of radicand: Double, degree: Int) -> Double {
        precondition(radicand > 0 && radicand <= 1 && degree >= 1, "radicand: \(radicand), degree: \(degree)")
        var estimate = 1.0
        while true {
            let power = Self.power(estimate, degree - 1)
            let next = estimate - (estimate * power - radicand) / (Double(degree) * power)
            // From above the iteration falls until rounding stops it.
            guard next < estimate else { return estimate }
            estimate = next
        }
    }

    static func power(_ base: Double, _ exponent: Int) -> Double {
        var result = 1.0
        var square = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
