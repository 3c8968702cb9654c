/// Continues the slowest waves of a window of steps, as IceBreaker (ASPLOS 2022) forecasts concurrency.
///
/// Removing the trend, transforming, keeping the `harmonics` lowest frequencies and transforming back is a weighted sum
/// of the window's values; the weights are the same for every window, so a forecast costs one multiplication a step.
struct SpectralFilter: Sendable, Equatable {
    private let window: Int
    private let weights: [Double]

    init(window: Int, harmonics: Int) {
        self.window = window
        // Above half the window's length a frequency has no value of its own.
        let kept = min(harmonics, (window - 1) / 2)
        let cosines = CircleTable.cosines(of: window)
        self.weights = (0..<window).map { distance in
            var sum = 1.0
            for harmonic in 0..<kept { sum += 2 * cosines[(harmonic + 1) * distance % window] }
            return sum / Double(window)
        }
    }

    /// `nil` until the window is full.
    func forecast(_ history: StepHistory, stepsAhead: Int) -> Double? {
        guard history.isFull else { return nil }
        let values = history.ordered
        let (mean, slope) = self.line(through: values)
        let middle = Double(self.window - 1) / 2
        let target = self.window - 1 + stepsAhead
        var wave = 0.0
        for (index, value) in values.enumerated() {
            let deviation = value - mean - slope * (Double(index) - middle)
            wave += deviation * self.weights[(target - index) % self.window]
        }
        return mean + slope * (Double(target) - middle) + wave
    }

    private func line(through values: [Double]) -> (mean: Double, slope: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        let middle = Double(values.count - 1) / 2
        var covariance = 0.0
        var variance = 0.0
        for (index, value) in values.enumerated() {
            let distance = Double(index) - middle
            covariance += distance * (value - mean)
            variance += distance * distance
        }
        return (mean, variance > 0 ? covariance / variance : 0)
    }
}

/// Cosines of equal parts of a circle, from additions and multiplications alone, so that every machine has the same.
enum CircleTable {
    /// The cosines of `0, 1, ... count - 1` times a full turn by `count`.
    static func cosines(of count: Int) -> [Double] {
        (0..<count).map { Self.cosine(turn: Double($0) / Double(count)) }
    }

    /// Folds the angle into an eighth of a turn, where a short series is exact to the last digits.
    private static func cosine(turn: Double) -> Double {
        let folded = turn > 0.5 ? 1 - turn : turn
        if folded > 0.25 { return -Self.cosine(turn: 0.5 - folded) }
        let angle = 2 * Double.pi * folded
        return folded <= 0.125 ? Self.series(angle, first: 1, from: 0) : Self.sine(Double.pi / 2 - angle)
    }

    private static func sine(_ angle: Double) -> Double { Self.series(angle, first: angle, from: 1) }

    /// The Taylor series that begins with `first`, the term of this power.
    private static func series(_ angle: Double, first: Double, from power: Int) -> Double {
        var term = first
        var sum = first
        var degree = Double(power)
        for _ in 0..<10 {
            term *= -angle * angle / ((degree + 1) * (degree + 2))
            sum += term
            degree += 2
        }
        return sum
    }
}
