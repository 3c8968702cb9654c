public import KubernetesClient
public import ServingAPI

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
