/// Measures of values in their order.
public enum Series {
    /// How much a value tells about the one `lag` steps later, -1 to 1; 0 for a series without spread.
    public static func autocorrelation(of values: [Double], lag: Int) -> Double {
        precondition(lag >= 0, "a negative lag")
        guard values.count > lag + 1 else { return 0 }
        let mean = values.reduce(0, +) / Double(values.count)
        let total = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard total > 0 else { return 0 }
        let shared = (0..<values.count - lag).reduce(0) { $0 + (values[$1] - mean) * (values[$1 + lag] - mean) }
        return shared / total
    }

    /// By how many steps `second` runs behind `first` where the two resemble each other most.
    ///
    /// - Returns: The lag with the largest correlation, the smallest in size of several, and that correlation; `nil`
    ///   when either series has no spread.
    public static func lag(
        of second: [Double],
        behind first: [Double],
        within limit: Int
    ) -> (steps: Int, correlation: Double)? {
        precondition(first.count == second.count, "series of \(first.count) and \(second.count) values")
        var best: (steps: Int, correlation: Double)?
        for size in 0...max(limit, 0) {
            for steps in size == 0 ? [0] : [size, -size] {
                guard let correlation = Self.correlation(first, second, shiftedBy: steps) else { continue }
                if correlation > (best?.correlation ?? -.infinity) + 1e-12 { best = (steps, correlation) }
            }
        }
        return best
    }

    private static func correlation(_ first: [Double], _ second: [Double], shiftedBy steps: Int) -> Double? {
        let range = max(0, -steps)..<min(first.count, first.count - steps)
        guard range.count > 2 else { return nil }
        let left = Moments(range.map { first[$0] })
        let right = Moments(range.map { second[$0 + steps] })
        let spread = left.standardDeviation * right.standardDeviation
        guard spread > 0 else { return nil }
        let shared = range.reduce(0) { $0 + (first[$1] - left.mean) * (second[$1 + steps] - right.mean) }
        return shared / (Double(range.count - 1) * spread)
    }

    /// The root of the mean squared difference by the range of `reference`; by its mean when it has no range.
    ///
    /// - Returns: `nil` for empty series, or when the reference is zero throughout.
    public static func normalisedRootMeanSquareError(of values: [Double], against reference: [Double]) -> Double? {
        precondition(values.count == reference.count, "series of \(values.count) and \(reference.count) values")
        guard let low = reference.min(), let high = reference.max() else { return nil }
        let squares = zip(values, reference).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let error = (squares / Double(values.count)).squareRoot()
        let scale = high > low ? high - low : abs(high)
        return scale > 0 ? error / scale : nil
    }
}
