public import KubernetesClient

/// A kind of object that the administration shows, and how `kubectl` may call it.
public struct ServedType: Sendable {
    public let type: ResourceType
    public let shortNames: [String]

    public init(_ type: ResourceType, shortNames: [String] = []) {
        self.type = type
        self.shortNames = shortNames
    }

    /// Everything but secrets and configuration, which are nobody's business here.
    public static let standard: [ServedType] = [
        ServedType(.pod, shortNames: ["po"]),
        ServedType(.service, shortNames: ["svc"]),
        ServedType(.event, shortNames: ["ev"]),
        ServedType(.deployment, shortNames: ["deploy"]),
        ServedType(.inferenceService, shortNames: ["isvc"]),
        ServedType(.servingRuntime, shortNames: ["sr"]),
        ServedType(.clusterServingRuntime),
        ServedType(.revision, shortNames: ["rev"]),
        ServedType(.route),
        ServedType(.scaledObject, shortNames: ["so"]),
        ServedType(.triggerAuthentication, shortNames: ["ta", "triggerauth"]),
        ServedType(.clusterTriggerAuthentication, shortNames: ["cta", "clustertriggerauth"]),
        ServedType(.podMetrics),
    ]
}
