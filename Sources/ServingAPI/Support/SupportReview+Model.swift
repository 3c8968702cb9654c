import StructuredData

extension SupportReview {
    /// The bundled server runs unless a runtime of the author's own brings a command.
    private var isBundledServer: Bool {
        guard let spec = self.runtime?.spec, spec.pod.containers.indices.contains(spec.serverIndex) else { return true }
        let server = spec.pod.containers[spec.serverIndex]
        return server.command.isEmpty && Self.isOwn(server.image)
    }

    static func isOwn(_ image: String?) -> Bool {
        guard let image else { return false }
        return [BundledRuntimes.image, "docker.io/\(BundledRuntimes.image)"].contains { own in
            image == own || image.hasPrefix("\(own):") || image.hasPrefix("\(own)@")
        }
    }

    mutating func reviewModel(_ model: ModelSpec, at path: FieldPath) {
        let isBundled = self.isBundledServer && model.container.command.isEmpty
        if isBundled {
            self.reviewFormat(model, at: path)
        } else if let server = self.runtime.map({ $0.spec.pod.containers[$0.spec.serverIndex] }),
            server.command.isEmpty, model.container.command.isEmpty
        {
            let sentence =
                "its server '\(server.image ?? "")' cannot run here: replicas are local processes, which need a command"
            self.note(model.runtime == nil ? path : path.member("runtime"), sentence, isBlocking: true)
        }
        self.reviewStorage(model, at: path)
        if isBundled, let image = model.container.image, !Self.isOwn(image) {
            let sentence = "'\(image)' cannot run here: replicas are local processes, which need a command"
            self.note(path.member("image"), sentence, isBlocking: true)
        }
        if model.runtimeVersion != nil, isBundled {
            self.note(path.member("runtimeVersion"), "has no effect; there is one version of the bundled server")
        }
        self.reviewContainer(model.container, at: path, hasDefaults: false)
    }

    private mutating func reviewFormat(_ model: ModelSpec, at path: FieldPath) {
        if let format = model.format?.name, !BundledRuntimes.servedFormats.contains(format) {
            let served = BundledRuntimes.servedFormats.sorted().joined(separator: ", ")
            let sentence =
                "the bundled server does not serve '\(format)' models yet, only \(served); a runtime with a command of "
                + "its own can"
            let isLegacy = path.steps.last != .member("model")
            let place = isLegacy ? path : path.member("modelFormat").member("name")
            self.note(place, sentence, isBlocking: true)
        }
        if let version = model.protocolVersion, version == .grpcV1 || version == .grpcV2 {
            let sentence = "the bundled server does not speak gRPC yet; it answers v1 and v2 over HTTP"
            self.note(path.member("protocolVersion"), sentence)
        }
    }

    private mutating func reviewStorage(_ model: ModelSpec, at path: FieldPath) {
        if let uri = model.storageUri, let scheme = StorageAddress(uri).scheme, scheme != "file" {
            let sentence =
                "models are not fetched from '\(scheme)://' yet; use a path on this machine, absolute or relative to "
                + "the manifest"
            self.note(path.member("storageUri"), sentence, isBlocking: true)
        }
        if model.storage != nil {
            let sentence = "the storage configuration of a cluster is not read yet; use 'storageUri' with a local path"
            self.note(path.member("storage"), sentence, isBlocking: true)
        }
        if model.confidential?.isEnabled == true {
            self.note(path.member("confidential"), "encrypted models cannot be opened yet", isBlocking: true)
        }
    }

    // MARK: Pods

    /// Fields of a pod that local processes respect.
    private static let respectedPodFields: Set<String> = [
        "terminationGracePeriodSeconds", "restartPolicy", "enableServiceLinks",
    ]

    mutating func reviewPod(_ pod: PodFields, isCustom: Bool) {
        let path = Self.predictorPath
        for (index, container) in pod.initContainers.enumerated() {
            self.reviewImage(of: container, at: path.member("initContainers").element(index))
            self.reviewContainer(container, at: path.member("initContainers").element(index), hasDefaults: false)
        }
        for (index, container) in pod.containers.enumerated() {
            let place = path.member("containers").element(index)
            self.reviewImage(of: container, at: place)
            self.reviewContainer(container, at: place, hasDefaults: isCustom && index == 0)
            for (number, variable) in container.env.enumerated() where variable.name == "STORAGE_URI" {
                let sentence = "models of custom containers are not provided yet; pass a local path instead"
                self.note(place.member("env").element(number), sentence)
            }
        }
        for (key, value) in pod.other.members where !Self.respectedPodFields.contains(key) {
            if key == "automountServiceAccountToken", value == false { continue }
            self.note(path.member(key), "has no effect: replicas are local processes")
        }
    }

    private mutating func reviewImage(of container: Container, at path: FieldPath) {
        guard let image = container.image, !Self.isOwn(image) else { return }
        if container.command.isEmpty {
            let sentence = "'\(image)' cannot run here: replicas are local processes, which need a 'command'"
            self.note(path.member("image"), sentence, isBlocking: true)
        } else {
            let sentence = "'\(image)' is not used: replicas are local processes, and the command runs on this machine"
            self.note(path.member("image"), sentence)
        }
    }

    /// - Parameter hasDefaults: Resources may have been filled in, which asks for nothing.
    private mutating func reviewContainer(_ container: Container, at path: FieldPath, hasDefaults: Bool) {
        let defaults = InferenceServiceDefaults()
        let filledIn = hasDefaults ? ["cpu": Quantity(defaults.cpu), "memory": Quantity(defaults.memory)] : [:]
        let resources = path.member("resources")
        for (kind, amounts) in [("requests", container.requests), ("limits", container.limits)] {
            let wanted = amounts.filter { $0.value != filledIn[$0.key] }.keys.sorted()
            guard !wanted.isEmpty else { continue }
            let list = wanted.joined(separator: ", ")
            self.note(resources.member(kind), "\(list): not enforced, replicas are local processes")
        }
        for key in ["volumeMounts", "volumeDevices", "securityContext", "lifecycle", "resizePolicy"]
        where container.json[key] != nil {
            self.note(path.member(key), "has no effect: replicas are local processes")
        }
    }
}
