public import SimulationKit

/// What one replication says of a figure, in a form from which many of them make an estimate.
public enum FigureSample: Sendable, Equatable {
    /// Nothing: there was nothing to measure.
    case none
    case mean(Double)
    /// A ratio, whose parts add up over replications.
    case ratio(Double, of: Double)
    /// A quantile of so many observations.
    case quantile(Double, share: Double, observations: Int)

    /// The figure of this replication alone.
    public var value: Double? {
        switch self {
        case .none: nil
        case .mean(let value): value
        case .ratio(let part, let whole): whole > 0 ? part / whole : nil
        case .quantile(let value, _, _): value
        }
    }
}

extension FigureSample {
    /// The estimate that the samples of several replications make together.
    ///
    /// - Parameter required: Observations beyond a quantile that make it trustworthy.
    public static func estimate(
        of samples: [FigureSample],
        confidence: Double = 0.95,
        required: Int = 1000
    ) -> Estimate {
        let ratios = samples.compactMap { sample -> (part: Double, whole: Double)? in
            guard case .ratio(let part, let whole) = sample else { return nil }
            return (part, whole)
        }
        if !ratios.isEmpty {
            return Replications.ratio(of: ratios.map(\.part), by: ratios.map(\.whole), confidence: confidence)
        }
        let quantiles = samples.compactMap { sample -> (value: Double, share: Double, observations: Int)? in
            guard case .quantile(let value, let share, let observations) = sample else { return nil }
            return (value, share, observations)
        }
        guard let share = quantiles.first?.share else {
            return Replications.mean(of: samples.compactMap(\.value), confidence: confidence)
        }
        return Replications.quantile(
            perReplication: quantiles.map(\.value),
            observations: quantiles.reduce(0) { $0 + $1.observations },
            probability: share,
            confidence: confidence,
            required: required
        )
    }
}
