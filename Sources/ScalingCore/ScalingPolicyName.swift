/// Which set of rules turns load into a number of replicas.
public enum ScalingPolicyName: String, Sendable, Hashable, CaseIterable {
    /// The default: counts replicas that are starting, holds through missing reports, never saws.
    case pilotlight
    /// Knative's decider, tick for tick, for those who migrate and as the yardstick.
    case knative
}
