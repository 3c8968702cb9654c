/// Servers that need to be told things in words of their own.
enum ServerType: String {
    case mlserver, torchserve, tritonserver

    /// By the annotation `serving.kserve.io/server-type`, else by KServe's own names; `nil` for every other server, and
    /// for the bundled one under whatever name.
    init?(_ runtime: ServingRuntime) {
        let names = [
            "kserve-mlserver": Self.mlserver, "kserve-torchserve": .torchserve, "kserve-tritonserver": .tritonserver,
        ]
        let server =
            runtime.spec.pod.containers.indices.contains(runtime.spec.serverIndex)
            ? runtime.spec.pod.containers[runtime.spec.serverIndex] : Container()
        guard !SupportReview.isOwn(server.image) else { return nil }
        let annotated =
            runtime.metadata.annotations[AnnotationName.serverType]
            ?? runtime.spec.annotations[AnnotationName.serverType]
        guard let type = annotated.flatMap(Self.init(rawValue:)) ?? names[runtime.name] else { return nil }
        self = type
    }
}

extension InferenceService {
    /// The service with what KServe adds for the server of `runtime`.
    ///
    /// That is its protocol, and labels, variables and arguments that the server understands. What the author set stays.
    func withServerDefaults(of runtime: ServingRuntime) -> InferenceService {
        guard let type = ServerType(runtime), var model = self.spec.predictor.model else { return self }
        var service = self
        let hasStorage =
            model.storageUri != nil || model.storage != nil || !self.spec.predictor.storageUris.isEmpty
        model.protocolVersion = model.protocolVersion ?? (type == .torchserve ? .v1 : .v2)
        var variables: [(String, String)] = []
        switch type {
        case .mlserver:
            variables = [("MLSERVER_MODEL_NAME", self.name)]
            variables += [
                hasStorage
                    ? ("MLSERVER_MODEL_URI", StorageSource.defaultMountPath)
                    : ("MLSERVER_LOAD_MODELS_AT_STARTUP", "false")
            ]
            service.setLabel("modelClass", Self.modelClasses[model.format?.name ?? ""])
        case .torchserve:
            let version = model.protocolVersion ?? .v1
            variables = [("PROTOCOL_VERSION", version.rawValue)]
            service.setLabel("serviceEnvelope", version == .v1 ? "kserve" : "kservev2")
        case .tritonserver:
            if !hasStorage { model.container.args.append("--model-control-mode=explicit") }
        }
        for (name, value) in variables where !model.container.env.contains(where: { $0.name == name }) {
            model.container.env.append(EnvironmentVariable(name: name, value: value))
        }
        service.spec.predictor.model = model
        return service
    }

    private mutating func setLabel(_ name: String, _ value: String?) {
        if let value, self.metadata.labels[name] == nil { self.metadata.labels[name] = value }
    }

    private static let modelClasses = [
        "sklearn": "mlserver_sklearn.SKLearnModel", "xgboost": "mlserver_xgboost.XGBoostModel",
        "lightgbm": "mlserver_lightgbm.LightGBMModel", "mlflow": "mlserver_mlflow.MLflowRuntime",
    ]
}
