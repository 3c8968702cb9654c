public import StructuredData

/// The pod of a predictor as runtime and service make it together.
public struct MergedPredictor: Sendable, Equatable {
    /// The server, called `kserve-container`, first; then a transformer that lives in the pod; then the rest.
    public var containers: [Container]
    public var initContainers: [Container]
    /// Every other field of the PodSpec.
    public var podFields: JSONObject
    public var labels: [String: String]
    public var annotations: [String: String]

    public var server: Container { self.containers.first ?? Container() }
}

extension ServingRuntime {
    /// The predictor's pod with this runtime; throws when a placeholder names what the service does not have.
    ///
    /// Labels and annotations of the component win over the service's, those over the runtime's.
    public func merged(with service: InferenceService) throws(ProblemList) -> MergedPredictor {
        let service = service.withServerDefaults(of: self)
        let predictor = service.spec.predictor
        let model = predictor.anyModel
        var containers = self.spec.pod.containers
        guard !containers.isEmpty else {
            throw ProblemList([Problem(path: "spec.containers", message: "the runtime '\(self.name)' has no container")]
            )
        }
        var server = containers.remove(at: self.spec.serverIndex)
        if let version = model?.runtimeVersion { server.replaceTag(by: version) }
        if let model { server = server.merged(with: model.container) }
        server.name = ContainerName.server
        var placeholders = RuntimePlaceholders(metadata: service.metadata)
        let filled = placeholders.filled(.object(server.json), at: FieldPath("spec.containers").element(0))
        guard placeholders.problems.isEmpty else { throw ProblemList(placeholders.problems) }
        server.json = filled.objectValue ?? server.json
        let others = Self.merged(containers, with: predictor.pod.containers)
        return MergedPredictor(
            containers: Self.ordered([server] + others),
            initContainers: Self.merged(self.spec.pod.initContainers, with: predictor.pod.initContainers),
            podFields: StrategicMerge.merged(self.spec.pod.other, with: predictor.pod.other),
            labels: Self.layered(self.spec.labels, service.metadata.labels, predictor.component.labels),
            annotations: Self.layered(
                self.spec.annotations,
                service.metadata.annotations,
                predictor.component.annotations
            )
        )
    }

    private static func merged(_ base: [Container], with patch: [Container]) -> [Container] {
        let merged = StrategicMerge.merged(
            ["containers": .array(base.map { .object($0.json) })],
            with: ["containers": .array(patch.map { .object($0.json) })]
        )
        return (merged["containers"]?.arrayValue ?? []).compactMap { $0.objectValue.map { Container(json: $0) } }
    }

    static func ordered(_ containers: [Container]) -> [Container] {
        containers.filter { $0.name == ContainerName.server }
            + containers.filter { $0.name == ContainerName.transformer }
            + containers.filter { $0.name != ContainerName.server && $0.name != ContainerName.transformer }
    }

    private static func layered(_ layers: [String: String]...) -> [String: String] {
        layers.reduce(into: [:]) { $0.merge($1) { $1 } }
    }
}

extension InferenceService {
    /// The predictor's pod when the author brings containers of their own; `nil` when there is a model.
    public var customPredictor: MergedPredictor? {
        let predictor = self.spec.predictor
        guard predictor.anyModel == nil, !predictor.pod.containers.isEmpty else { return nil }
        return MergedPredictor(
            containers: ServingRuntime.ordered(predictor.pod.containers),
            initContainers: predictor.pod.initContainers,
            podFields: predictor.pod.other,
            labels: self.metadata.labels.merging(predictor.component.labels) { $1 },
            annotations: self.predictorAnnotations
        )
    }
}
