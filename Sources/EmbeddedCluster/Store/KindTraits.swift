import KubernetesClient

/// What the API server can do with a kind of object, beyond storing it.
struct KindTraits: Sendable, Equatable {
    /// `status` is written apart from the rest.
    let hasStatus: Bool
    /// `spec.replicas` can be written through `scale`.
    let isScalable: Bool
    /// `metadata.generation` counts the changes of `spec`.
    let countsGenerations: Bool
    /// An update has to say which version it replaces.
    let needsVersionToUpdate: Bool
}

extension ResourceType {
    private static let plainKinds: Set<ResourceType> = [.configMap, .secret, .event, .lease]

    var traits: KindTraits {
        let isPlain = Self.plainKinds.contains(self)
        // Groups with a dot belong to custom resources, but for the server's own ones under k8s.io.
        let isCustom = self.group.contains(".") && !self.group.hasSuffix("k8s.io")
        return KindTraits(
            hasStatus: !isPlain,
            isScalable: self == .deployment || self == .inferenceService,
            countsGenerations: !isPlain && self != .service,
            needsVersionToUpdate: isCustom || self == .lease
        )
    }
}
