public import SimulationKit

/// Writes laws of durations as scenario files take them.
public enum LawText {
    /// As `{lognormal: {median: 3.20s, sigma: 0.51}}`; reading it gives the law again, to three or four digits.
    public static func text(_ law: Distribution) -> String {
        switch law {
        case .constant(let value): return Self.seconds(value)
        case .uniform(let from, let to): return "{uniform: {from: \(Self.seconds(from)), to: \(Self.seconds(to))}}"
        case .exponential(let mean): return "{exponential: {mean: \(Self.seconds(mean))}}"
        case .lognormal(let mu, let sigma, let shift):
            let median = Self.seconds(ElementaryFunctions.exp(mu) + shift)
            let shifted = shift > 0 ? ", shift: \(Self.seconds(shift))" : ""
            return "{lognormal: {median: \(median), sigma: \(Self.number(sigma))\(shifted)}}"
        case .weibull(let shape, let scale):
            return "{weibull: {shape: \(Self.number(shape)), scale: \(Self.seconds(scale))}}"
        case .gamma(let shape, let scale):
            return "{gamma: {mean: \(Self.seconds(shape * scale)), scv: \(Self.number(1 / shape))}}"
        case .hyperexponential(let phases):
            return Self.mixture(phases.map { ($0.weight, .exponential(mean: $0.mean)) })
        case .mixture(let components): return Self.mixture(components.map { ($0.weight, $0.law) })
        case .empirical(let law): return Self.quantiles(law)
        case .truncated(let law, let from, let to):
            return "{truncated: {law: \(Self.text(law)), from: \(Self.seconds(from)), to: \(Self.seconds(to))}}"
        }
    }

    private static func mixture(_ parts: [(weight: Double, law: Distribution)]) -> String {
        let whole = parts.reduce(0) { $0 + $1.weight }
        var left = 100.0
        let texts = parts.enumerated().map { index, part in
            // The last one takes what rounding left, so that the weights add up.
            let percent = index == parts.count - 1 ? left : (part.weight / whole * 1000).rounded() / 10
            left -= percent
            return "{weight: \(NumberText.decimal(percent, places: 1))%, law: \(Self.text(part.law))}"
        }
        return "{mixture: [\(texts.joined(separator: ", "))]}"
    }

    private static func quantiles(_ law: EmpiricalLaw) -> String {
        let shares = [0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1]
        let points = shares.map { share in
            let value = law.value(at: min(share, 0.999_999))
            return "{share: \(NumberText.decimal(share * 100, places: 0))%, value: \(Self.seconds(value))}"
        }
        return "{quantiles: [\(points.joined(separator: ", "))]}"
    }

    private static func seconds(_ value: Double) -> String {
        let text = value > 0 && value < 1 ? value * 1000 : value
        let digits = Self.number(text, digits: 4)
        return value > 0 && value < 1 ? "\(digits)ms" : "\(digits)s"
    }

    /// Without the commas that people like and numbers do not take.
    private static func number(_ value: Double, digits: Int = 3) -> String {
        NumberText.significant(value, digits: digits).filter { $0 != "," }
    }
}
