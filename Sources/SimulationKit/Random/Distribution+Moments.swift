extension Distribution {
    /// The mean; `nil` for a truncated law, which has no simple one.
    public var mean: Double? {
        switch self {
        case .constant(let value): return value
        case .uniform(let from, let to): return (from + to) / 2
        case .exponential(let mean): return mean
        case .lognormal(let mu, let sigma, let shift):
            return shift + ElementaryFunctions.exp(mu + sigma * sigma / 2)
        case .weibull(let shape, let scale): return scale * GammaFunction.value(1 + 1 / shape)
        case .gamma(let shape, let scale): return shape * scale
        case .hyperexponential(let phases):
            let weight = phases.reduce(0) { $0 + $1.weight }
            return phases.reduce(0) { $0 + $1.weight * $1.mean } / weight
        case .mixture(let components):
            var sum = 0.0
            var weight = 0.0
            for component in components {
                guard let mean = component.law.mean else { return nil }
                sum += component.weight * mean
                weight += component.weight
            }
            return sum / weight
        case .empirical(let law): return law.mean
        case .truncated: return nil
        }
    }

    /// A lognormal law with this mean and this squared coefficient of variation.
    public static func lognormal(mean: Double, squaredVariation: Double) -> Distribution {
        let variance = ElementaryFunctions.log(1 + squaredVariation)
        return .lognormal(mu: ElementaryFunctions.log(mean) - variance / 2, sigma: variance.squareRoot())
    }

    /// Two exponential branches of equal load with this mean and this squared coefficient of variation, at least 1.
    public static func hyperexponential(mean: Double, squaredVariation: Double) -> Distribution {
        let skew = ((squaredVariation - 1) / (squaredVariation + 1)).squareRoot()
        let share = (1 + skew) / 2
        return .hyperexponential([
            Phase(weight: share, mean: mean / (2 * share)),
            Phase(weight: 1 - share, mean: mean / (2 * (1 - share))),
        ])
    }
}

extension EmpiricalLaw {
    var mean: Double {
        guard !self.shares.isEmpty else { return self.values.reduce(0, +) / Double(self.values.count) }
        var sum = self.values[0] * self.shares[0]
        for position in 1..<max(1, self.values.count) {
            let width = self.shares[position] - self.shares[position - 1]
            sum += width * (self.values[position] + self.values[position - 1]) / 2
        }
        return sum + (self.values.last ?? 0) * (1 - (self.shares.last ?? 1))
    }
}

/// Euler's gamma function for positive arguments.
public enum GammaFunction {
    public static func value(_ x: Double) -> Double { ElementaryFunctions.exp(self.logarithm(x)) }

    /// The logarithm of the gamma function: Stirling's series beyond 15, reached by the recurrence.
    public static func logarithm(_ x: Double) -> Double {
        var x = x
        var product = 1.0
        while x < 15 {
            product *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x
        let stirling = (x - 0.5) * ElementaryFunctions.log(x) - x + 0.9189385332046727 + series
        return stirling - ElementaryFunctions.log(product)
    }
}
