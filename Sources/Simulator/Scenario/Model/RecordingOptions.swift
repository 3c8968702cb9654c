/// What a run writes down beyond its totals.
public struct RecordingOptions: Sendable, Hashable {
    /// Width of one step of the time lines; 0: no time lines.
    public var timelineSeconds: Double
    /// Time lines of every service, not only of all together.
    public var hasServiceTimelines: Bool
    /// Every decision with its reason.
    public var hasDecisions: Bool
    /// Every start of a replica with its phases.
    public var hasStarts: Bool
    /// For how much of the time how many requests were there.
    public var hasConcurrencyLaw: Bool
    /// Every request with its moments; memory grows with the run.
    public var hasRequests: Bool

    public init(
        timelineSeconds: Double = 0,
        hasServiceTimelines: Bool = true,
        hasDecisions: Bool = false,
        hasStarts: Bool = false,
        hasConcurrencyLaw: Bool = false,
        hasRequests: Bool = false
    ) {
        self.timelineSeconds = timelineSeconds
        self.hasServiceTimelines = hasServiceTimelines
        self.hasDecisions = hasDecisions
        self.hasStarts = hasStarts
        self.hasConcurrencyLaw = hasConcurrencyLaw
        self.hasRequests = hasRequests
    }
}
