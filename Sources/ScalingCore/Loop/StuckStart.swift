public import Timekeeping

/// Notices that replicas are wanted and none becomes ready.
///
/// More replicas of what does not start would only fail beside the others. What there is keeps trying, with the pauses
/// that the kubelet makes between restarts.
public struct StuckStart: Sendable, Equatable {
    /// Since when replicas are wanted and none is ready.
    private var since: MonotonicInstant?

    public init() {}

    /// Looks at a decision.
    ///
    /// - Parameters:
    ///   - wanted: The scale that the load asks for.
    ///   - current: The scale in force.
    /// - Returns: For how long no replica has become ready, when that forbids to grow; `nil` when it does not.
    public mutating func objection(
        wanted: Int,
        current: Int,
        ready: Int,
        policy: ScalingPolicyName,
        deadlineSeconds: Double,
        now: MonotonicInstant
    ) -> Double? {
        if wanted == 0 || ready > 0 {
            self.since = nil
        } else if self.since == nil {
            self.since = now
        }
        // Knative's own rule for that is in its decider.
        guard policy == .pilotlight, wanted > current, current > 0, let since = self.since else {
            return nil
        }
        let seconds = now.seconds(since: since)
        return seconds > deadlineSeconds ? seconds : nil
    }
}
