public import KubernetesClient

/// Where the last readings of event sources come from: the autoscaler, which looks at them.
public protocol LiveTriggerProvider: Sendable {
    /// The triggers of every ScaledObject, in the order of `spec.triggers`.
    ///
    /// - Returns: `nil` when they are unknown; what the objects' status says is shown then, which may be seconds old.
    func liveTriggers() async -> [ObjectKey: [LiveTrigger]]?
}

/// What one event source said last.
public struct LiveTrigger: Sendable, Equatable {
    /// Name, value and target of each metric.
    public let metrics: [TriggerReport.Metric]
    /// Whether the source wants replicas; `nil` while that is not known.
    public let isActive: Bool?
    /// Why the last look found nothing; `nil` when it found something.
    public let problem: String?
    /// Since the last look that found something; `nil` before the first.
    public let secondsSinceRead: Double?
    /// Until the next look; `nil` while that cannot be told.
    public let secondsToNextRead: Double?

    public init(
        metrics: [TriggerReport.Metric],
        isActive: Bool?,
        problem: String?,
        secondsSinceRead: Double?,
        secondsToNextRead: Double?
    ) {
        self.metrics = metrics
        self.isActive = isActive
        self.problem = problem
        self.secondsSinceRead = secondsSinceRead
        self.secondsToNextRead = secondsToNextRead
    }
}

/// For a platform whose autoscaler is elsewhere.
public struct NoLiveTriggers: LiveTriggerProvider {
    public init() {}
    public func liveTriggers() async -> [ObjectKey: [LiveTrigger]]? { nil }
}
