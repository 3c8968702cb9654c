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
    /// Not zero, or zero no longer, because the keep-alive rule wants it loaded.
    case keepAlive
    /// Policy `knative` only: the activator has not been in the path for the grace period.
    case scaleToZeroGrace
    /// Policy `knative` only: a scale of zero while the revision is still becoming active.
    case activating

    /// The position among all limits; what a bit set is indexed by.
    var ordinal: Int {
        switch self {
        case .unknownLoad: 0
        case .unknownReplicas: 1
        case .panic: 2
        case .queue: 3
        case .startingReplicas: 4
        case .recentPeak: 5
        case .maxScaleUpRate: 6
        case .maxScaleDownRate: 7
        case .activationScale: 8
        case .scaleDownDelay: 9
        case .initialScale: 10
        case .minScale: 11
        case .maxScale: 12
        case .scaleToZeroDisabled: 13
        case .idleTooShort: 14
        case .scaleToZeroGrace: 15
        case .activating: 16
        case .keepAlive: 17
        }
    }
}
