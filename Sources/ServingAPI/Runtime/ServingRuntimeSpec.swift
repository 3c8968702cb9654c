public import StructuredData

/// What a runtime serves, and with what.
public struct ServingRuntimeSpec: Sendable, Equatable {
    /// A model format that the runtime serves.
    public struct SupportedFormat: Sendable, Equatable {
        public var name: String
        public var version: String?
        /// Whether models that name no runtime may get this one.
        public var isAutoSelected: Bool
        /// The higher the earlier; `nil` comes last.
        public var priority: Int?

        public init(name: String, version: String? = nil, isAutoSelected: Bool = false, priority: Int? = nil) {
            self.name = name
            self.version = version
            self.isAutoSelected = isAutoSelected
            self.priority = priority
        }
    }

    public var supportedModelFormats: [SupportedFormat]
    /// One server for many services.
    public var isMultiModel: Bool
    public var isDisabled: Bool
    /// Empty for any.
    public var protocolVersions: [ProtocolVersion]
    /// Marks a runtime that spreads a model over several nodes.
    public var worker: WorkerSpec?
    public var pod: PodFields
    /// For the pods.
    public var labels: [String: String]
    public var annotations: [String: String]
    /// Fields of ModelMesh, as they were written.
    public var other: JSONObject

    public init(
        supportedModelFormats: [SupportedFormat],
        protocolVersions: [ProtocolVersion] = [],
        isMultiModel: Bool = false,
        isDisabled: Bool = false,
        pod: PodFields
    ) {
        self.supportedModelFormats = supportedModelFormats
        self.isMultiModel = isMultiModel
        self.isDisabled = isDisabled
        self.protocolVersions = protocolVersions
        self.worker = nil
        self.pod = pod
        self.labels = [:]
        self.annotations = [:]
        self.other = [:]
    }
}

extension ServingRuntimeSpec {
    /// What only ModelMesh looks at.
    private static let otherKeys: Set<String> = [
        "grpcEndpoint", "grpcDataEndpoint", "httpDataEndpoint", "replicas", "storageHelper", "builtInAdapter",
        "storageContainerName",
    ]

    init(reading reader: FieldReader) {
        self.supportedModelFormats = reader.children("supportedModelFormats").map(SupportedFormat.init(reading:))
        self.isMultiModel = reader.bool("multiModel") ?? false
        self.isDisabled = reader.bool("disabled") ?? false
        self.protocolVersions = reader.strings("protocolVersions").enumerated().compactMap { index, text in
            if let version = ProtocolVersion(rawValue: text) { return version }
            let message = AdmissionRules.notOneOf(text, ProtocolVersion.allCases.map(\.rawValue))
            reader.report(message, at: reader.path.member("protocolVersions").element(index))
            return nil
        }
        self.worker = reader.child("workerSpec").map(WorkerSpec.init(reading:))
        self.pod = PodFields(reading: reader)
        if self.pod.containers.isEmpty, (reader.value("containers")?.arrayValue ?? []).isEmpty {
            reader.report("needs at least one container", at: "containers")
        }
        self.labels = reader.stringMap("labels")
        self.annotations = reader.stringMap("annotations")
        reader.pass(Self.otherKeys)
        self.other = JSONObject(
            reader.object.filter { Self.otherKeys.contains($0.key) }.map { ($0.key, $0.value) }
        )
        reader.refuseUnknownMembers()
    }

    public var json: JSONValue {
        .object(
            ofPresent: [
                ("supportedModelFormats", .list(self.supportedModelFormats.map(\.json))),
                ("multiModel", self.isMultiModel ? .bool(true) : JSONValue?.none),
                ("disabled", self.isDisabled ? .bool(true) : JSONValue?.none),
                ("protocolVersions", .list(self.protocolVersions.map { .string($0.rawValue) })),
                ("workerSpec", self.worker.map(\.json)),
                ("labels", self.labels.isEmpty ? JSONValue?.none : JSONValue(self.labels)),
                ("annotations", self.annotations.isEmpty ? JSONValue?.none : JSONValue(self.annotations)),
            ] + self.pod.members + self.other.members.map { ($0.key, $0.value) }
        )
    }

    /// The protocol to speak when nobody says which; `nil` when the runtime lists none.
    public var preferredProtocol: ProtocolVersion? { self.protocolVersions.min() }

    /// Whether the runtime speaks `version`: one that lists no protocols speaks all.
    func speaks(_ version: ProtocolVersion) -> Bool {
        self.protocolVersions.isEmpty || self.protocolVersions.contains(version)
    }

    /// The place of the container that serves: the one of KServe's name, else the first.
    public var serverIndex: Int {
        self.pod.containers.firstIndex { $0.name == ContainerName.server } ?? 0
    }
}

extension ServingRuntimeSpec.SupportedFormat {
    init(reading reader: FieldReader) {
        self.name = reader.requiredString("name")
        self.version = reader.string("version")
        self.isAutoSelected = reader.bool("autoSelect") ?? false
        self.priority = reader.int("priority", in: 1...Int(Int32.max))
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("name", .string(self.name)), ("version", self.version.map { .string($0) }),
            ("autoSelect", self.isAutoSelected ? .bool(true) : JSONValue?.none),
            ("priority", self.priority.map { JSONValue($0) }),
        ])
    }
}
