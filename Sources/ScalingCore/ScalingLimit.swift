/// A rule that changed what the load alone would have asked for, or that kept a decision from being made.
public enum ScalingLimit: String, Sendable, Hashable, CaseIterable {
    /// The load is not known; the scale stays.
    case unknownLoad
    /// The number of ready replicas is not known; the scale stays.
    case unknownReplicas
    /// Raised or kept because the panic window decides.
    case panic
    /// From zero: as many as the queue needs.
    case queue
    /// Not raised, because replicas that are starting will take what waits.
    case startingReplicas
    /// Not lowered, because the panic window needed more a moment ago.
    case recentPeak
    case maxScaleUpRate
    case maxScaleDownRate
    case activationScale
    case scaleDownDelay
    case initialScale
    case minScale
    case maxScale
    case scaleToZeroDisabled
    /// Not yet zero: the stable window or the retention period has not passed without load.
    case idleTooShort
    /// Policy `knative` only: the activator has not been in the path for the grace period.
    case scaleToZeroGrace
    /// Policy `knative` only: a scale of zero while the revision is still becoming active.
    case activating
}
