/// How the load of coming steps is forecast from that of past ones.
public enum ForecastMethod: Sendable, Equatable {
    /// The highest of what the same step of the last `seasons` seasons had.
    case seasonalNaive(period: Int, seasons: Int)
    /// Additive Holt-Winters, plus `deviations` standard deviations of its errors.
    case holtWinters(period: Int, alpha: Double, beta: Double, gamma: Double, deviations: Double)
    /// The `harmonics` slowest waves of the last `window` steps, continued, upon their straight trend.
    case spectral(window: Int, harmonics: Int)
    /// What followed upon loads of the present height.
    case markov
    /// The mean of the last `window` steps.
    case movingAverage(window: Int)
}
