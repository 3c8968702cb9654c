public import KubernetesClient
public import ScalingCore
public import ServingAPI

/// A revision as the engine needs it.
public struct ScaledRevision: Sendable, Equatable {
    public var id: RevisionID
    /// Tells a revision from an earlier one of the same name.
    public var uid: String
    /// The name of the InferenceService.
    public var service: String
    /// The Deployment whose replica count is set.
    public var target: ObjectKey
    public var configuration: ScalingConfiguration

    public init(
        id: RevisionID,
        uid: String,
        service: String,
        target: ObjectKey,
        configuration: ScalingConfiguration
    ) {
        self.id = id
        self.uid = uid
        self.service = service
        self.target = target
        self.configuration = configuration
    }
}
