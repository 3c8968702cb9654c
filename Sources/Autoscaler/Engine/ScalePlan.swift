public import KubernetesClient

/// One change of a workload: whom to name as victim, and the new replica count.
///
/// Of the plans of one target only the newest is carried out; they go one after another, never side by side.
public struct ScalePlan: Sendable, Equatable {
    /// The Deployment.
    public let target: ObjectKey
    /// The name of the InferenceService, or what else people call the target.
    public let service: String
    /// Rises with every plan of the target.
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

    /// As people name the target, `default/iris`.
    public var subject: String { "\(self.target.namespace)/\(self.service)" }

    public var isShrinking: Bool { self.replicas < self.previous }
}
