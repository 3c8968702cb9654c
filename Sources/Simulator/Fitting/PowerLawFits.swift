import SimulationKit

/// The Weibull and the gamma law of greatest likelihood.
enum PowerLawFits {
    static func weibull(_ samples: [Double], censored: [Double]) -> Distribution? {
        guard let largest = (samples + censored).max(), samples.count > 1 else { return nil }
        // By the largest, so that powers stay small.
        let all = (samples + censored).map { $0 / largest }
        let logs = all.map(ElementaryFunctions.log)
        let seenLogs = logs.prefix(samples.count).reduce(0, +) / Double(samples.count)
        func slope(_ shape: Double) -> Double {
            var (sum, weighted) = (0.0, 0.0)
            for log in logs {
                let power = ElementaryFunctions.exp(shape * log)
                sum += power
                weighted += power * log
            }
            return weighted / sum - 1 / shape - seenLogs
        }
        guard let shape = Self.root(of: slope, from: 0.01, to: 200) else { return nil }
        let sum = logs.reduce(0) { $0 + ElementaryFunctions.exp(shape * $1) }
        let scale = largest * ElementaryFunctions.power(sum / Double(samples.count), 1 / shape)
        return .weibull(shape: shape, scale: scale)
    }

    static func gamma(_ samples: [Double]) -> Distribution? {
        let count = Double(samples.count)
        let mean = samples.reduce(0, +) / count
        let distance = ElementaryFunctions.log(mean) - samples.reduce(0) { $0 + ElementaryFunctions.log($1) } / count
        guard distance > 1e-12 else { return nil }
        let slope = { (shape: Double) in Self.digamma(shape) - ElementaryFunctions.log(shape) + distance }
        guard let shape = Self.root(of: slope, from: 1e-3, to: 1e7) else { return nil }
        return .gamma(shape: shape, scale: mean / shape)
    }

    /// Where a rising function is zero, by halving on a logarithmic scale; `nil` when that is not within the bounds.
    private static func root(of function: (Double) -> Double, from least: Double, to most: Double) -> Double? {
        var (low, high) = (least, most)
        guard function(low) < 0, function(high) > 0 else { return nil }
        for _ in 0..<100 {
            let middle = (low * high).squareRoot()
            if function(middle) < 0 { low = middle } else { high = middle }
            if high / low < 1 + 1e-12 { break }
        }
        return (low * high).squareRoot()
    }

    /// The derivative of the logarithm of the gamma function, by its recurrence and its asymptotic series.
    static func digamma(_ x: Double) -> Double {
        var (x, sum) = (x, 0.0)
        while x < 10 {
            sum -= 1 / x
            x += 1
        }
        let square = 1 / (x * x)
        let series = square * (1.0 / 12 - square * (1.0 / 120 - square * (1.0 / 252 - square / 240)))
        return sum + ElementaryFunctions.log(x) - 0.5 / x - series
    }
}
