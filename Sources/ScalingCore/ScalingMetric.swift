/// What is measured a replica, and what the target counts.
public enum ScalingMetric: String, Sendable, Hashable, CaseIterable {
    /// Requests in flight, waiting ones included, averaged over time.
    case concurrency
    /// Requests that arrived in a second.
    case rps
}
