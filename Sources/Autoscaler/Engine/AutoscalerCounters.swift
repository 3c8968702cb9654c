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
    /// Batches of reports that were dropped because newer ones came before they were read.
    public var batchesDropped = 0
    /// Looks that decided nothing, by the name of what was unknown.
    var holds: [RevisionState.Hold: Int] = [:]
    /// Decisions by the rules that applied; one without any counts as `load`.
    private(set) var decisionsByReason: [String: Int] = [:]

    mutating func count(_ decision: ScalingDecision) {
        guard !decision.limits.isEmpty else {
            self.decisionsByReason["load", default: 0] += 1
            return
        }
        for limit in decision.limits { self.decisionsByReason[limit.rawValue, default: 0] += 1 }
    }
}
