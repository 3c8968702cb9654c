import SimulationKit

/// The lognormal law of greatest likelihood, also with durations that were cut off, and with a shift.
enum LognormalFit {
    static func law(_ samples: [Double], censored: [Double]) -> Distribution? {
        let logs = samples.map(ElementaryFunctions.log)
        guard var (mu, sigma) = Self.moments(logs) else { return nil }
        let bounds = censored.map(ElementaryFunctions.log)
        guard !bounds.isEmpty else { return .lognormal(mu: mu, sigma: sigma) }
        // Expectation and maximisation: what was cut off counts as what it would be on average above its bound.
        let count = Double(logs.count + bounds.count)
        let sum = logs.reduce(0, +)
        let squares = logs.reduce(0) { $0 + $1 * $1 }
        for _ in 0..<500 {
            var (first, second) = (sum, squares)
            for bound in bounds {
                let z = (bound - mu) / sigma
                let hazard = Self.hazard(z)
                first += mu + sigma * hazard
                second += mu * mu + sigma * sigma + sigma * (bound + mu) * hazard
            }
            let next = first / count
            let spread = max(1e-12, second / count - next * next).squareRoot()
            let isSettled = abs(next - mu) < 1e-10 && abs(spread - sigma) < 1e-10
            (mu, sigma) = (next, spread)
            if isSettled { break }
        }
        return .lognormal(mu: mu, sigma: sigma)
    }

    /// The shift of greatest likelihood, from none to just below the least duration.
    ///
    /// At the least duration itself the likelihood has no bound, which says nothing, so the search ends before it.
    static func shiftedLaw(_ samples: [Double]) -> Distribution? {
        guard let least = samples.first else { return nil }
        var best: (law: Distribution, likelihood: Double)?
        for part in 1...60 {
            // Ever smaller distances from the least duration, down to a thousandth of it.
            let shift = least * (1 - ElementaryFunctions.power(10, -3 * Double(part) / 60))
            let logs = samples.map { ElementaryFunctions.log($0 - shift) }
            guard let (mu, sigma) = Self.moments(logs) else { continue }
            let count = Double(samples.count)
            let likelihood = -count * ElementaryFunctions.log(sigma) - count / 2 - logs.reduce(0, +)
            if let best, best.likelihood >= likelihood { continue }
            best = (.lognormal(mu: mu, sigma: sigma, shift: shift), likelihood)
        }
        return best?.law
    }

    static func moments(_ values: [Double]) -> (mean: Double, deviation: Double)? {
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return variance > 0 ? (mean, variance.squareRoot()) : nil
    }

    /// Density by the share above, of the standard normal law.
    private static func hazard(_ z: Double) -> Double {
        let density = ElementaryFunctions.exp(-z * z / 2) * 0.3989422804014327
        let above = 1 - NormalLaw.share(below: z)
        // Far out the hazard of the normal law is nearly the place itself.
        return above > 1e-12 ? density / above : z + 1 / max(1, z)
    }
}
