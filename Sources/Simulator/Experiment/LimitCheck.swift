import SimulationKit

extension OptimizePlan.Limit {
    /// Whether an estimate keeps to the limit, as far as it can be told.
    public enum Verdict: Sendable, Equatable {
        case kept, broken
        /// The interval lies on both sides.
        case unsure
    }

    /// - Returns: `broken` when the figure was not measured at all.
    public func verdict(on variant: VariantOutcome) -> Verdict {
        guard let estimate = variant.estimate(self.figure, service: self.service), let value = estimate.value else {
            return .broken
        }
        let low = estimate.interval?.low ?? value
        let high = estimate.interval?.high ?? value
        let tooHigh = self.atMost.map { (isSure: low > $0, isLikely: value > $0, isPossible: high > $0) }
        let tooLow = self.atLeast.map { (isSure: high < $0, isLikely: value < $0, isPossible: low < $0) }
        if tooHigh?.isSure ?? false || tooLow?.isSure ?? false { return .broken }
        return tooHigh?.isPossible ?? false || tooLow?.isPossible ?? false ? .unsure : .kept
    }

    /// Whether the best guess keeps to the limit.
    public func isLikelyKept(by variant: VariantOutcome) -> Bool {
        guard let value = variant.estimate(self.figure, service: self.service)?.value else { return false }
        return value <= self.atMost ?? .infinity && value >= self.atLeast ?? -.infinity
    }

    /// `p99 of chat at most 2.00 s`.
    public func text(currency: String) -> String {
        let unit = self.figure.unit(currency: currency)
        let name = self.service.map { "\(self.figure.title) of \($0)" } ?? self.figure.title
        let bounds = [self.atMost.map { "at most \(unit.text($0))" }, self.atLeast.map { "at least \(unit.text($0))" }]
        return "\(name) \(bounds.compactMap(\.self).joined(separator: " and "))"
    }
}
