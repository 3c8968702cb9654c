/// The share of independent trials that succeeded, with Wilson's score interval.
public enum Wilson {
    /// - Returns: Without a value for no trials.
    public static func share(successes: Int, of trials: Int, confidence: Double = 0.95) -> Estimate {
        precondition(0...trials ~= successes, "\(successes) successes of \(trials) trials")
        guard trials > 0 else { return Estimate(value: nil, samples: 0, confidence: confidence) }
        let n = Double(trials)
        let share = Double(successes) / n
        let z = NormalLaw.quantile((1 + confidence) / 2)
        let centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        let halfWidth = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        return Estimate(
            value: share,
            interval: Interval(low: max(centre - halfWidth, 0), high: min(centre + halfWidth, 1)),
            samples: trials,
            confidence: confidence
        )
    }
}
