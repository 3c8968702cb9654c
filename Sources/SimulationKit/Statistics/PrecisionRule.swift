/// When replications have made a figure sure enough.
public struct PrecisionRule: Sendable, Equatable {
    public enum Verdict: Sendable, Equatable {
        case enough
        /// Run on; about this many replications in all should do, never more than the rule's maximum.
        case more(total: Int)
        /// The figure is not as sure as wanted, and the maximum is reached.
        case exhausted
    }

    /// Replications that are run in any case.
    public var minimum: Int
    public var maximum: Int
    /// Half of the interval's width by the value, 0.05 for ±5 %; `nil` stops at the minimum.
    public var relativeHalfWidth: Double?

    public init(minimum: Int, maximum: Int, relativeHalfWidth: Double?) {
        precondition(1...max(maximum, 1) ~= minimum, "at least \(minimum) and at most \(maximum) replications")
        self.minimum = minimum
        self.maximum = max(maximum, minimum)
        self.relativeHalfWidth = relativeHalfWidth
    }

    /// Judges the values of the replications so far.
    public func verdict(on values: [Double], confidence: Double = 0.95) -> Verdict {
        guard values.count >= self.minimum else { return .more(total: self.minimum) }
        guard let wanted = self.relativeHalfWidth else { return .enough }
        let estimate = Replications.mean(of: values, confidence: confidence)
        if let interval = estimate.interval, interval.halfWidth == 0 { return .enough }
        if let reached = estimate.relativeHalfWidth, reached <= wanted { return .enough }
        guard values.count < self.maximum else { return .exhausted }
        // The half-width shrinks with the root of the number; at least one more, at most a doubling at a time.
        let factor = estimate.relativeHalfWidth.map { ($0 / wanted) * ($0 / wanted) } ?? 2
        let wish = (Double(values.count) * min(max(factor, 1), 2)).rounded(.up)
        return .more(total: min(max(Int(wish), values.count + 1), self.maximum))
    }
}
