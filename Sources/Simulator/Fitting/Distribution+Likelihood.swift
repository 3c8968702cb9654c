import SimulationKit

extension Distribution {
    /// The logarithm of the density of laws that are fitted; minus infinity where nothing can lie.
    func logDensity(at value: Double) -> Double {
        switch self {
        case .lognormal(let mu, let sigma, let shift):
            guard value > shift else { return -.infinity }
            let log = ElementaryFunctions.log(value - shift)
            let z = (log - mu) / sigma
            return -z * z / 2 - 0.9189385332046727 - ElementaryFunctions.log(sigma) - log
        case .weibull(let shape, let scale):
            guard value > 0 else { return -.infinity }
            let log = ElementaryFunctions.log(value / scale)
            let density = ElementaryFunctions.log(shape / scale) + (shape - 1) * log
            return density - ElementaryFunctions.exp(shape * log)
        case .gamma(let shape, let scale):
            guard value > 0 else { return -.infinity }
            let power = (shape - 1) * ElementaryFunctions.log(value / scale) - value / scale
            return power - GammaFunction.logarithm(shape) - ElementaryFunctions.log(scale)
        case .mixture(let components):
            let weight = components.reduce(0) { $0 + $1.weight }
            let density = components.reduce(0.0) { sum, component in
                sum + component.weight / weight * ElementaryFunctions.exp(component.law.logDensity(at: value))
            }
            return density > 0 ? ElementaryFunctions.log(density) : -.infinity
        default:
            return 0
        }
    }

    /// The share of all values that lie below, of laws that are fitted.
    func share(below value: Double) -> Double {
        switch self {
        case .constant(let constant): return value > constant ? 1 : 0
        case .lognormal(let mu, let sigma, let shift):
            guard value > shift else { return 0 }
            return NormalLaw.share(below: (ElementaryFunctions.log(value - shift) - mu) / sigma)
        case .weibull(let shape, let scale):
            guard value > 0 else { return 0 }
            return 1 - ElementaryFunctions.exp(-ElementaryFunctions.power(value / scale, shape))
        case .gamma(let shape, let scale): return value > 0 ? Self.gammaShare(shape, value / scale) : 0
        case .mixture(let components):
            let weight = components.reduce(0) { $0 + $1.weight }
            return components.reduce(0) { $0 + $1.weight / weight * $1.law.share(below: value) }
        case .empirical(let law):
            return Double(law.values.count { $0 < value }) / Double(max(1, law.values.count))
        default: return 0
        }
    }

    /// The regularised incomplete gamma function: by its series below the shape, by its continued fraction above.
    private static func gammaShare(_ shape: Double, _ x: Double) -> Double {
        let front = ElementaryFunctions.exp(shape * ElementaryFunctions.log(x) - x - GammaFunction.logarithm(shape))
        if x < shape + 1 {
            var (term, sum, index) = (1 / shape, 1 / shape, shape)
            for _ in 0..<100_000 where term > sum * 1e-15 {
                index += 1
                term *= x / index
                sum += term
            }
            return min(1, front * sum)
        }
        // Lentz's evaluation of the continued fraction of what lies above.
        var b = x + 1 - shape
        var c = 1e300
        var d = 1 / b
        var fraction = d
        for index in 1...100_000 {
            let a = -Double(index) * (Double(index) - shape)
            b += 2
            d = a * d + b
            d = 1 / (d == 0 ? 1e-300 : d)
            c = b + a / c
            if c == 0 { c = 1e-300 }
            fraction *= c * d
            if abs(c * d - 1) < 1e-15 { break }
        }
        return max(0, 1 - front * fraction)
    }
}
