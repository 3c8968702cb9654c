import StructuredData

/// What serves the model: a model with a runtime, or containers of the author's own.
public struct PredictorSpec: Sendable, Equatable {
    /// Goes into the names of child objects; `nil` for the common case.
    public var name: String?
    public var model: ModelSpec?
    /// The model in its legacy forms; defaulting turns a lone one into `model`.
    public var legacyModels: [LegacyFramework: ModelSpec]
    /// The server when there is no model, sidecars when there is one; and everything else of a pod.
    public var pod: PodFields
    public var storageUris: [StorageSource]
    /// A ClusterStorageContainer that downloads the model.
    public var storageContainerName: String?
    public var worker: WorkerSpec?
    /// Where work comes from besides requests; `nil` for requests alone.
    public var queue: QueueSpec?
    public var component: ComponentExtension

    public init(
        name: String? = nil,
        model: ModelSpec? = nil,
        pod: PodFields = PodFields(),
        component: ComponentExtension = ComponentExtension()
    ) {
        self.name = name
        self.model = model
        self.legacyModels = [:]
        self.pod = pod
        self.storageUris = []
        self.storageContainerName = nil
        self.worker = nil
        self.queue = nil
        self.component = component
    }
}

extension PredictorSpec {
    init(reading reader: FieldReader) {
        self.name = reader.string("name")
        self.model = reader.child("model").map { ModelSpec(reading: $0, isLegacy: false) }
        self.legacyModels = [:]
        for framework in LegacyFramework.allCases {
            self.legacyModels[framework] = reader.child(framework.rawValue).map {
                ModelSpec(reading: $0, isLegacy: true)
            }
        }
        self.pod = PodFields(reading: reader)
        self.storageUris = reader.children("storageUris").map(StorageSource.init(reading:))
        self.storageContainerName = reader.string("storageContainerName")
        self.worker = reader.child("workerSpec").map(WorkerSpec.init(reading:))
        self.queue = reader.child("queue").map(QueueSpec.init(reading:))
        self.component = ComponentExtension(reading: reader)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        let legacy = LegacyFramework.allCases.map { ($0.rawValue, self.legacyModels[$0]?.json) }
        return .object(
            ofPresent: [("name", self.name.map { .string($0) }), ("model", self.model.map(\.json))] + legacy + [
                ("storageUris", .list(self.storageUris.map(\.json))),
                ("storageContainerName", self.storageContainerName.map { .string($0) }),
                ("workerSpec", self.worker.map(\.json)),
                ("queue", self.queue.map(\.json)),
            ] + self.pod.members + self.component.members
        )
    }

    /// The model in whichever form it was written, with its format filled in; `nil` when the author brings containers.
    public var anyModel: ModelSpec? {
        if let model { return model }
        let written = LegacyFramework.allCases.first { self.legacyModels[$0] != nil }
        guard let framework = written, var model = self.legacyModels[framework] else { return nil }
        model.format = ModelSpec.Format(name: framework.rawValue)
        return model
    }

    /// The container of the author's own that serves, when there is no model.
    public var customContainer: Container? {
        guard self.model == nil, self.legacyModels.isEmpty else { return nil }
        return self.pod.containers.first { $0.name == ContainerName.server } ?? self.pod.containers.first
    }
}
