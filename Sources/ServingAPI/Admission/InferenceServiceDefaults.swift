public import StructuredData

/// What is filled in where an author left something out, as KServe's ConfigMap sets it.
public struct InferenceServiceDefaults: Sendable, Equatable {
    /// Requests and limits of a container of the author's own, where it has none.
    public var cpu = "1"
    public var memory = "2Gi"
    /// `false` keeps the service account's token out of pods that do not ask for it.
    public var mountsServiceAccountToken = true

    public init() {}
}

extension InferenceService {
    /// `json` with everything filled in that KServe fills in; unchanged when it cannot be read.
    ///
    /// The annotation of the deployment mode stays as it was written: every mode is the same one here, and other
    /// programs look for the literal value.
    public static func defaulting(
        _ json: JSONValue,
        defaults: InferenceServiceDefaults = InferenceServiceDefaults()
    ) -> JSONValue {
        guard let service = try? InferenceService(json: json) else { return json }
        // Only what defaulting changes is changed: order and spelling of all else are the author's.
        return json.merging(patch: service.json.mergePatch(to: service.defaulted(defaults).json))
    }

    /// The service with everything filled in; doing it twice changes nothing more.
    public func defaulted(_ defaults: InferenceServiceDefaults = InferenceServiceDefaults()) -> InferenceService {
        var service = self
        if service.deploymentMode != .modelMesh { service.spec.predictor.modernize() }
        if let format = service.spec.predictor.model?.format?.name,
            service.metadata.annotations[AnnotationName.modelFormat] == nil
        {
            service.metadata.annotations[AnnotationName.modelFormat] = format
        }
        if service.spec.predictor.model == nil, service.spec.predictor.legacyModels.isEmpty {
            service.spec.predictor.pod.nameServer(defaults)
        }
        service.spec.transformer?.pod.nameServer(defaults)
        if service.spec.explainer?.art == nil { service.spec.explainer?.pod.nameServer(defaults) }
        if !defaults.mountsServiceAccountToken {
            service.spec.predictor.pod.withholdServiceAccountToken()
            service.spec.transformer?.pod.withholdServiceAccountToken()
            service.spec.explainer?.pod.withholdServiceAccountToken()
        }
        return service
    }
}

extension PredictorSpec {
    /// Rewrites a lone legacy key into `model` and gives formats that speak version 2 only their protocol.
    fileprivate mutating func modernize() {
        if self.model == nil, self.legacyModels.count == 1, let (framework, legacy) = self.legacyModels.first {
            var model = legacy
            model.format = ModelSpec.Format(name: framework.rawValue)
            let speaksVersion2: Set<LegacyFramework> = [.triton, .onnx, .huggingface]
            if speaksVersion2.contains(framework) { model.protocolVersion = model.protocolVersion ?? .v2 }
            self.model = model
            self.legacyModels = [:]
        } else if let model, model.protocolVersion == nil, ["triton", "vLLM"].contains(model.format?.name) {
            self.model?.protocolVersion = .v2
        }
    }
}

extension PodFields {
    /// Names the container that serves and gives it resources.
    fileprivate mutating func nameServer(_ defaults: InferenceServiceDefaults) {
        guard let first = self.containers.first else { return }
        if self.containers.count == 1 || first.name == nil { self.containers[0].name = ContainerName.server }
        var resources = first.json["resources"] ?? [:]
        for kind in ["requests", "limits"] {
            var amounts = resources[kind]?.objectValue ?? [:]
            for (name, amount) in [("cpu", defaults.cpu), ("memory", defaults.memory)] where amounts[name] == nil {
                amounts[name] = .string(amount)
            }
            resources[kind] = .object(amounts)
        }
        self.containers[0].json["resources"] = resources
    }

    fileprivate mutating func withholdServiceAccountToken() {
        if self.other["automountServiceAccountToken"] == nil { self.other["automountServiceAccountToken"] = false }
    }
}
