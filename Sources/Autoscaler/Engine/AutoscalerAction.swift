public import KubernetesClient
public import ServingAPI
public import Telemetry
public import Timekeeping

/// What the engine wants done. Whoever does it tells the engine how it ended.
public enum AutoscalerAction: Sendable, Equatable {
    case scale(ScalePlan)
    case writeStatus(StatusWrite)
    /// Something people should hear of; nothing is to be done.
    case announce(AutoscalerNote)
}

/// A turn of events for the activity feed.
public struct AutoscalerNote: Sendable, Equatable {
    public let kind: Activity.Kind
    /// As `default/iris`; empty for the autoscaler as a whole.
    public let subject: String
    /// One English sentence.
    public let message: String
}

/// One change of a workload: whom to name as victim, and the new replica count.
///
/// Of the plans of one revision only the newest is carried out; they go one after another, never side by side.
public struct ScalePlan: Sendable, Equatable {
    public let revision: RevisionID
    /// The name of the InferenceService.
    public let service: String
    /// The Deployment.
    public let target: ObjectKey
    /// Rises with every plan of the revision.
    public let sequence: UInt64
    public let replicas: Int
    /// The replica count before.
    public let previous: Int
    /// Pods to mark as the first to go, before the count falls.
    public let victims: [String]
    /// Pods that were marked and may stay, to be unmarked.
    public let reprieved: [String]
    /// Why, one sentence with the numbers.
    public let explanation: String
    /// A request waits for this.
    public let isUrgent: Bool

    public var isShrinking: Bool { self.replicas < self.previous }
}

/// The status of a revision, to be merged into what stands there.
public struct StatusWrite: Sendable, Equatable {
    public let revision: RevisionID
    /// Whose status this is: a revision of the same name with another identity is left alone.
    public let uid: String
    public let status: RevisionStatus
    /// When the decision was made that the status explains, on the engine's clock; `nil` when there was none yet.
    public let decidedAt: MonotonicInstant?
}
