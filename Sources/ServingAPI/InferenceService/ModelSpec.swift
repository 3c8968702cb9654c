import StructuredData

/// A model and what serves it: `predictor.model`, or one of the legacy keys such as `predictor.sklearn`.
public struct ModelSpec: Sendable, Equatable {
    public struct Format: Sendable, Equatable {
        public var name: String
        public var version: String?

        public init(name: String, version: String? = nil) {
            self.name = name
            self.version = version
        }
    }

    /// `nil` in the legacy form, whose key says it.
    public var format: Format?
    /// The ServingRuntime or ClusterServingRuntime to use; `nil` lets the format choose.
    public var runtime: String?
    public var storageUri: String?
    public var storage: StorageSpec?
    /// Replaces the tag of the runtime's image.
    public var runtimeVersion: String?
    public var protocolVersion: ProtocolVersion?
    public var confidential: ConfidentialSpec?
    /// What overrides the runtime's container.
    public var container: Container

    public init(
        format: Format?,
        runtime: String? = nil,
        storageUri: String? = nil,
        storage: StorageSpec? = nil,
        runtimeVersion: String? = nil,
        protocolVersion: ProtocolVersion? = nil,
        confidential: ConfidentialSpec? = nil,
        container: Container = Container()
    ) {
        self.format = format
        self.runtime = runtime
        self.storageUri = storageUri
        self.storage = storage
        self.runtimeVersion = runtimeVersion
        self.protocolVersion = protocolVersion
        self.confidential = confidential
        self.container = container
    }
}

extension ModelSpec {
    /// - Parameter isLegacy: The key says the format, and there is no choice of a runtime.
    init(reading reader: FieldReader, isLegacy: Bool) {
        self.format = nil
        self.runtime = nil
        if !isLegacy {
            let format = reader.required("modelFormat")
            self.format = Format(name: format.requiredString("name"), version: format.string("version"))
            format.refuseUnknownMembers()
            self.runtime = reader.string("runtime")
        }
        self.storageUri = reader.string("storageUri")
        self.storage = reader.child("storage").map(StorageSpec.init(reading:))
        self.runtimeVersion = reader.string("runtimeVersion")
        self.protocolVersion = reader.choice("protocolVersion")
        self.confidential = reader.child("confidential").map(ConfidentialSpec.init(reading:))
        self.container = Container(reading: reader)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(
            ofPresent: [
                ("modelFormat", self.format.map(\.json)),
                ("runtime", self.runtime.map { .string($0) }),
                ("storageUri", self.storageUri.map { .string($0) }),
                ("storage", self.storage.map(\.json)),
                ("runtimeVersion", self.runtimeVersion.map { .string($0) }),
                ("protocolVersion", self.protocolVersion.map { .string($0.rawValue) }),
                ("confidential", self.confidential.map(\.json)),
            ] + self.container.json.members.map { ($0.key, $0.value) }
        )
    }
}

extension ModelSpec.Format {
    var json: JSONValue {
        .object(ofPresent: [("name", .string(self.name)), ("version", self.version.map { .string($0) })])
    }
}
