import SimulationKit

/// Two or three lognormal laws together, such as starts with and without a cached model.
enum MixtureFit {
    private struct Part {
        var weight: Double
        var mu: Double
        var sigma: Double
    }

    /// A part narrower than this share of the whole would only praise a few equal values.
    private static let leastSpread = 0.02

    /// - Parameter samples: Ascending.
    static func law(_ samples: [Double], parts count: Int) -> Distribution? {
        let logs = samples.map(ElementaryFunctions.log)
        guard let (_, deviation) = LognormalFit.moments(logs) else { return nil }
        let floor = Self.leastSpread * deviation
        // From equal shares of the sorted sample: always the same beginning.
        var parts = (0..<count).map { index -> Part in
            let slice = Array(logs[index * logs.count / count..<(index + 1) * logs.count / count])
            let (mean, spread) = LognormalFit.moments(slice) ?? (slice[0], floor)
            return Part(weight: 1 / Double(count), mu: mean, sigma: max(spread, floor))
        }
        var likelihood = -Double.infinity
        for _ in 0..<1000 {
            let before = likelihood
            likelihood = Self.step(&parts, logs, floor: floor)
            if abs(likelihood - before) < 1e-9 * abs(likelihood) { break }
        }
        guard parts.allSatisfy({ $0.weight * Double(logs.count) >= 5 }) else { return nil }
        return .mixture(
            parts.sorted { $0.mu < $1.mu }.map {
                Distribution.Component(weight: $0.weight, law: .lognormal(mu: $0.mu, sigma: $0.sigma))
            }
        )
    }

    /// One round of expectation and maximisation.
    ///
    /// - Returns: The logarithm of the likelihood before it, of the logarithms.
    private static func step(_ parts: inout [Part], _ logs: [Double], floor: Double) -> Double {
        var weights = [Double](repeating: 0, count: parts.count)
        var sums = weights
        var squares = weights
        var likelihood = 0.0
        var shares = weights
        for log in logs {
            var total = 0.0
            for (index, part) in parts.enumerated() {
                let z = (log - part.mu) / part.sigma
                shares[index] = part.weight / part.sigma * ElementaryFunctions.exp(-z * z / 2) * 0.3989422804014327
                total += shares[index]
            }
            guard total > 0 else { continue }
            likelihood += ElementaryFunctions.log(total)
            for index in parts.indices {
                let share = shares[index] / total
                weights[index] += share
                sums[index] += share * log
                squares[index] += share * log * log
            }
        }
        for index in parts.indices where weights[index] > 1e-9 {
            let mean = sums[index] / weights[index]
            let variance = max(0, squares[index] / weights[index] - mean * mean)
            parts[index] = Part(
                weight: weights[index] / Double(logs.count),
                mu: mean,
                sigma: max(variance.squareRoot(), floor)
            )
        }
        return likelihood
    }
}
