/// A kind of object that the API serves: its group, version, kind and plural.
public struct ResourceType: Hashable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    public let group: String
    public let version: String
    public let kind: String
    /// As it stands in the address, `deployments`.
    public let plural: String
    public let isNamespaced: Bool

    public init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
    }

    /// `apps/v1`, or `v1` in the core group.
    public var apiVersion: String { self.group.isEmpty ? self.version : "\(self.group)/\(self.version)" }

    public var description: String { self.group.isEmpty ? self.plural : "\(self.plural).\(self.group)" }
}

extension ResourceType {
    public static let pod = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
    public static let service = ResourceType(group: "", version: "v1", kind: "Service", plural: "services")
    public static let event = ResourceType(group: "", version: "v1", kind: "Event", plural: "events")
    public static let secret = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
    public static let configMap = ResourceType(group: "", version: "v1", kind: "ConfigMap", plural: "configmaps")
    public static let deployment = ResourceType(
        group: "apps",
        version: "v1",
        kind: "Deployment",
        plural: "deployments"
    )
    public static let lease = ResourceType(
        group: "coordination.k8s.io",
        version: "v1",
        kind: "Lease",
        plural: "leases"
    )
    public static let inferenceService = ResourceType(
        group: "serving.kserve.io",
        version: "v1beta1",
        kind: "InferenceService",
        plural: "inferenceservices"
    )
    public static let servingRuntime = ResourceType(
        group: "serving.kserve.io",
        version: "v1alpha1",
        kind: "ServingRuntime",
        plural: "servingruntimes"
    )
    public static let clusterServingRuntime = ResourceType(
        group: "serving.kserve.io",
        version: "v1alpha1",
        kind: "ClusterServingRuntime",
        plural: "clusterservingruntimes",
        isNamespaced: false
    )
    /// One deployable state of a component: what the activator queues for and the autoscaler scales.
    public static let revision = ResourceType(
        group: "pilotlight.dev",
        version: "v1alpha1",
        kind: "Revision",
        plural: "revisions"
    )
    /// Which hosts and paths lead to which revisions, with what weight.
    public static let route = ResourceType(
        group: "pilotlight.dev",
        version: "v1alpha1",
        kind: "Route",
        plural: "routes"
    )
    /// Which event sources drive the replicas of what.
    public static let scaledObject = ResourceType(
        group: "keda.sh",
        version: "v1alpha1",
        kind: "ScaledObject",
        plural: "scaledobjects"
    )
    /// Where triggers of one namespace find their credentials.
    public static let triggerAuthentication = ResourceType(
        group: "keda.sh",
        version: "v1alpha1",
        kind: "TriggerAuthentication",
        plural: "triggerauthentications"
    )
    /// Where triggers of every namespace find their credentials.
    public static let clusterTriggerAuthentication = ResourceType(
        group: "keda.sh",
        version: "v1alpha1",
        kind: "ClusterTriggerAuthentication",
        plural: "clustertriggerauthentications",
        isNamespaced: false
    )
    /// What pods use of the machine; measured when it is read, never stored.
    public static let podMetrics = ResourceType(
        group: "metrics.k8s.io",
        version: "v1beta1",
        kind: "PodMetrics",
        plural: "pods"
    )
}
