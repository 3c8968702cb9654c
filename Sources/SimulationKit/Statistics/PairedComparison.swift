/// How one alternative differs from another that met the same luck, replication by replication.
public struct PairedComparison: Sendable, Equatable {
    public enum Verdict: String, Sendable {
        case lower, higher
        /// The interval of the difference holds zero: say so, and name no winner.
        case noDifferenceShown
    }

    /// The mean of alternative minus baseline.
    public let difference: Estimate
    /// How likely so large a mean difference would be if there were none; `nil` for fewer than two pairs.
    public let pValue: Double?
    /// The variance of unpaired differences by that of the paired ones: what common random numbers bought.
    public let varianceReduction: Double?

    /// - Parameters:
    ///   - baseline: One value a replication.
    ///   - alternative: The values of the same replications, in the same order.
    public init(baseline: [Double], alternative: [Double], confidence: Double = 0.95) {
        precondition(baseline.count == alternative.count, "\(baseline.count) and \(alternative.count) replications")
        let differences = zip(alternative, baseline).map { $0 - $1 }
        self.difference = Replications.mean(of: differences, confidence: confidence)
        let moments = Moments(differences)
        let unpaired = Moments(baseline).variance + Moments(alternative).variance
        self.varianceReduction = moments.variance > 0 ? unpaired / moments.variance : nil
        self.pValue = Self.pValue(of: moments)
    }

    public var verdict: Verdict {
        guard let value = self.difference.value, let interval = self.difference.interval else {
            return .noDifferenceShown
        }
        if interval.contains(0) { return .noDifferenceShown }
        return value < 0 ? .lower : .higher
    }

    private static func pValue(of moments: Moments) -> Double? {
        guard moments.count > 1 else { return nil }
        guard moments.standardError > 0 else { return moments.mean == 0 ? 1 : 0 }
        let t = abs(moments.mean) / moments.standardError
        return 2 * StudentT.share(below: -t, degreesOfFreedom: Double(moments.count - 1))
    }

    /// Holm's correction: p-values that may be judged together, in the order they were given.
    ///
    /// Of ten comparisons one shows a difference at 0.1 by chance alone; corrected, all of them together do not.
    public static func holm(_ pValues: [Double]) -> [Double] {
        let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
        var corrected = pValues
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(pValues[index] * Double(pValues.count - rank), 1))
            corrected[index] = largest
        }
        return corrected
    }
}
