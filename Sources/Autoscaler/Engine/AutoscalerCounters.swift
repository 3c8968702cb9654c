import ScalingCore

/// What the engine has done since it was made.
public struct AutoscalerCounters: Sendable {
    /// Calls of `advance`.
    public var advances = 0
    /// Revisions looked at because their deadline came.
    public var looks = 0
    /// Decisions asked of a scaler.
    public var decisions = 0
    /// Scale writes that the API accepted.
    public var scaleWrites = 0
    public var scaleErrors = 0
    /// Looks at event sources that have ended, and those of them that found nothing.
    public var polls = 0
    public var pollErrors = 0
    /// Batches of reports that were dropped because newer ones came before they were read.
    public var batchesDropped = 0
    /// Looks that decided nothing, by the name of what was unknown.
    var holds: [TargetState.Hold: Int] = [:]
    private var decisionsByLimit: [ScalingLimit: Int] = [:]
    private var plainDecisions = 0

    /// Decisions by the rules that applied; one without any counts as `load`.
    var decisionsByReason: [String: Int] {
        var counts = ["load": self.plainDecisions]
        for (limit, count) in self.decisionsByLimit { counts[limit.rawValue] = count }
        return counts
    }

    mutating func count(_ decision: ScalingDecision) {
        let limits = decision.limits
        if limits.isEmpty { self.plainDecisions += 1 }
        for limit in limits { self.decisionsByLimit[limit, default: 0] += 1 }
    }
}
