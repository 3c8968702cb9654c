/// What independent runs of one experiment say together.
public enum Replications {
    /// The mean of independent values with Student's interval.
    ///
    /// - Returns: Without an interval for one value, without a value for none.
    public static func mean(of values: [Double], confidence: Double = 0.95) -> Estimate {
        guard !values.isEmpty else { return Estimate(value: nil, samples: 0, confidence: confidence) }
        let moments = Moments(values)
        guard values.count > 1 else { return Estimate(value: moments.mean, samples: 1, confidence: confidence) }
        let quantile = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: Double(values.count - 1))
        let halfWidth = quantile * moments.standardError
        return Estimate(
            value: moments.mean,
            interval: Interval(low: moments.mean - halfWidth, high: moments.mean + halfWidth),
            samples: values.count,
            confidence: confidence
        )
    }

    /// A quantile of the pooled observations, from each replication's own quantile.
    ///
    /// - Parameters:
    ///   - perReplication: The quantile of each replication that had observations.
    ///   - observations: How many observations all replications have together.
    ///   - probability: Which quantile, as 0.99.
    ///   - required: How many observations must lie beyond the quantile before it is trusted.
    /// - Returns: Without an interval when too few observations lie beyond: report `insufficient`, not a number that
    ///   looks sure.
    public static func quantile(
        perReplication: [Double],
        observations: Int,
        probability: Double,
        confidence: Double = 0.95,
        required: Int = 1000
    ) -> Estimate {
        var estimate = Self.mean(of: perReplication, confidence: confidence)
        let beyond = Double(observations) * min(probability, 1 - probability)
        // A hair below the limit is the limit: 1 - 0.99 is not exactly a hundredth.
        if beyond < Double(required) * (1 - 1e-9) { estimate.interval = nil }
        return estimate
    }

    /// A ratio of sums over replications, such as cold starts by requests, with the interval of a ratio estimator.
    ///
    /// Requests of one replication share its luck, so the replication is what counts, not the request.
    public static func ratio(of parts: [Double], by wholes: [Double], confidence: Double = 0.95) -> Estimate {
        precondition(parts.count == wholes.count, "\(parts.count) parts for \(wholes.count) wholes")
        let whole = wholes.reduce(0, +)
        guard whole > 0 else { return Estimate(value: nil, samples: parts.count, confidence: confidence) }
        let ratio = parts.reduce(0, +) / whole
        guard parts.count > 1 else { return Estimate(value: ratio, samples: parts.count, confidence: confidence) }
        let residuals = Moments(zip(parts, wholes).map { $0 - ratio * $1 })
        let meanWhole = whole / Double(wholes.count)
        let quantile = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: Double(parts.count - 1))
        let halfWidth = quantile * residuals.standardError / meanWhole
        return Estimate(
            value: ratio,
            interval: Interval(low: ratio - halfWidth, high: ratio + halfWidth),
            samples: parts.count,
            confidence: confidence
        )
    }
}
