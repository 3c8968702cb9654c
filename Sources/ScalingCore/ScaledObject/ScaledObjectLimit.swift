/// A rule that changed what the triggers alone would have asked for, or that kept a decision from being made.
public enum ScaledObjectLimit: String, Sendable, Hashable, CaseIterable {
    /// The number of replicas is not known; the scale stays.
    case unknownReplicas
    /// A trigger is not known; nothing is taken away.
    case unknownTrigger
    /// A trigger is not known for long, and its fallback counts.
    case fallback
    /// So near to the target that a change is not worth it.
    case tolerance
    /// The policies of `behavior.scaleUp`, or Kubernetes's for metrics of type `Value`.
    case scaleUpRate
    /// The policies of `behavior.scaleDown`.
    case scaleDownRate
    /// Growth waits until it was wanted for the whole window.
    case scaleUpWindow
    /// More was wanted within the window.
    case scaleDownWindow
    /// Zero or idle waits for `cooldownPeriod` or `initialCooldownPeriod`.
    case cooldown
    /// Idle replicas, because nothing is active.
    case idle
    case minReplicas
    case maxReplicas
    case forcedActivation
    case paused
    case pausedScaleIn
    case pausedScaleOut
}
