import StructuredData

/// The rules that KServe's webhook enforces, and those that it should.
///
/// Where KServe has a rule for one of its deployment modes only, the union of what its modes allow is allowed.
struct AdmissionRules {
    let service: InferenceService
    /// The object as it was written: what could not be read is absent in `service`, but was not left out.
    let json: JSONValue
    var problems: [Problem] = []

    static func problems(of service: InferenceService, json: JSONValue) -> [Problem] {
        var rules = AdmissionRules(service: service, json: json)
        rules.checkNames()
        rules.checkPredictor(service.spec.predictor, at: Self.predictorPath, json: json["spec"]?["predictor"])
        if let transformer = service.spec.transformer {
            let path = FieldPath("spec.transformer")
            if transformer.pod.containers.isEmpty, json["spec"]?["transformer"]?["containers"] == nil {
                rules.report("needs 'containers'", at: path)
            }
            rules.checkSources(transformer.storageUris, at: path)
            rules.checkComponent(transformer.pod, transformer.component, at: path)
        }
        if let explainer = service.spec.explainer { rules.checkExplainer(explainer) }
        rules.checkCanaries()
        return rules.problems
    }

    static let predictorPath = FieldPath("spec.predictor")

    mutating func report(_ message: String, at path: FieldPath) {
        self.problems.append(Problem(path: path.description, message: message))
    }

    // MARK: Names and annotations

    private mutating func checkNames() {
        let name = self.service.metadata.name
        if !name.isEmpty { self.checkName(name, at: FieldPath("metadata.name")) }
        let annotations = FieldPath("metadata.annotations")
        if let mode = self.service.metadata.annotations[AnnotationName.deploymentMode],
            DeploymentMode(annotation: mode) == nil
        {
            let message = Self.notOneOf(mode, DeploymentMode.spellings)
            self.report(message, at: annotations.member(AnnotationName.deploymentMode))
        }
        if let scaler = self.service.metadata.annotations[AnnotationName.autoscalerClass] {
            let classes = ["hpa", "external", "keda", "none"]
            if !classes.contains(scaler) {
                self.report(Self.notOneOf(scaler, classes), at: annotations.member(AnnotationName.autoscalerClass))
            }
        }
    }

    mutating func checkName(_ name: String, at path: FieldPath) {
        let letters = name.utf8
        let isRight = letters.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        let begins = letters.first.map { (97...122).contains($0) } ?? false
        guard isRight, begins, letters.last != 45 else {
            let wanted = "lower-case letters, digits and dashes, a letter first and no dash at the end"
            return self.report("is '\(name)', but must consist of \(wanted)", at: path)
        }
        if letters.count > 63 { self.report("has \(letters.count) characters, but must have 63 at most", at: path) }
    }

    // MARK: Components

    mutating func checkPredictor(_ predictor: PredictorSpec, at path: FieldPath, json: JSONValue?) {
        guard json?.objectValue != nil else { return }
        let keys = ["model"] + LegacyFramework.allCases.map(\.rawValue)
        let written = keys.filter { json?[$0] != nil && json?[$0] != .null }
        if written.isEmpty, json?["containers"] == nil {
            self.report("needs a 'model', or 'containers' that serve one", at: path)
        }
        if written.count > 1 {
            let list = written.map { "'\($0)'" }.joined(separator: ", ")
            self.report("has \(list), but must have one implementation only", at: path)
        }
        if let name = predictor.name { self.checkName(name, at: path.member("name")) }
        let models =
            [("model", predictor.model)] + LegacyFramework.allCases.map { ($0.rawValue, predictor.legacyModels[$0]) }
        for case (let key, let model?) in models { self.checkModel(model, of: predictor, at: path.member(key)) }
        self.checkSources(predictor.storageUris, at: path)
        self.checkComponent(predictor.pod, predictor.component, at: path)
        self.checkCustomContainers(predictor, at: path)
        if let worker = predictor.worker { self.checkWorker(worker, of: predictor, at: path.member("workerSpec")) }
    }

    private mutating func checkExplainer(_ explainer: ExplainerSpec) {
        let path = FieldPath("spec.explainer")
        let written = self.json["spec"]?["explainer"]
        if written?["art"] == nil, written?["containers"] == nil {
            self.report("needs 'art' or 'containers'", at: path)
        }
        if let art = explainer.art {
            self.checkEnvironment(of: art.container, at: path.member("art"))
            if let uri = art.storageUri { self.checkAddress(uri, at: path.member("art").member("storageUri")) }
        }
        self.checkComponent(explainer.pod, explainer.component, at: path)
    }

    /// What holds for every component.
    private mutating func checkComponent(_ pod: PodFields, _ component: ComponentExtension, at path: FieldPath) {
        self.checkContainers(of: pod, at: path)
        self.checkEnvironments(of: pod, at: path)
        self.checkScaling(component, at: path)
        if let percent = component.canaryTrafficPercent, !(0...100).contains(percent) {
            self.report("is \(percent), but must be from 0 to 100", at: path.member("canaryTrafficPercent"))
        }
    }

    private mutating func checkModel(_ model: ModelSpec, of predictor: PredictorSpec, at path: FieldPath) {
        if model.container.name != nil {
            self.report("must be left out: the runtime names its container", at: path.member("name"))
        }
        self.checkEnvironment(of: model.container, at: path)
        self.checkStorage(of: model, in: predictor, at: path)
    }

    // MARK: Containers

    mutating func checkContainers(of pod: PodFields, at path: FieldPath) {
        var names: Set<String> = []
        for (index, container) in pod.containers.enumerated() {
            let place = path.member("containers").element(index)
            if container.json["image"] == nil, container.json["command"] == nil {
                self.report("needs an 'image', or a 'command' to run as a local process", at: place)
            }
            if let name = container.name {
                if !names.insert(name).inserted {
                    self.report("is '\(name)', which another container is called already", at: place.member("name"))
                }
            } else if index > 0 {
                // The first one gets its name from defaulting.
                self.report("is required", at: place.member("name"))
            }
        }
    }

    mutating func checkEnvironments(of pod: PodFields, at path: FieldPath) {
        for (index, container) in pod.containers.enumerated() {
            self.checkEnvironment(of: container, at: path.member("containers").element(index))
        }
        for (index, container) in pod.initContainers.enumerated() {
            self.checkEnvironment(of: container, at: path.member("initContainers").element(index))
        }
    }

    private mutating func checkEnvironment(of container: Container, at path: FieldPath) {
        for (index, variable) in container.env.enumerated() where variable.name == "PYTHONPATH" {
            let message = "is 'PYTHONPATH', which must not be set: it would let other code into the server"
            self.report(message, at: path.member("env").element(index).member("name"))
        }
    }

    private mutating func checkCustomContainers(_ predictor: PredictorSpec, at path: FieldPath) {
        for (containerIndex, container) in predictor.pod.containers.enumerated() {
            let env = path.member("containers").element(containerIndex).member("env")
            for (index, variable) in container.env.enumerated() {
                if variable.name == "STORAGE_URI", container.name == ContainerName.transformer {
                    let message =
                        "is 'STORAGE_URI', which the transformer must not set: the model belongs to the server"
                    self.report(message, at: env.element(index).member("name"))
                }
                if variable.name == "PROTOCOL", predictor.anyModel == nil, container.name != ContainerName.transformer,
                    let version = variable.value, version != "v1", version != "v2"
                {
                    self.report(Self.notOneOf(version, ["v1", "v2"]), at: env.element(index).member("value"))
                }
            }
        }
    }

    static func notOneOf(_ text: String, _ names: [String]) -> String {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        return "is '\(text)', but must be one of \(list)" + NearestName.hint(for: text, among: names)
    }
}
