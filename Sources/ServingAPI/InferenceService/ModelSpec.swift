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

/// The inference protocols, the preferred one first.
public enum ProtocolVersion: String, Sendable, CaseIterable, Comparable {
    case v1, v2
    case grpcV1 = "grpc-v1"
    case grpcV2 = "grpc-v2"

    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rank < right.rank }

    /// Place in the order of preference, from zero.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

/// A model behind the cluster's storage configuration instead of an address.
public struct StorageSpec: Sendable, Equatable {
    public var path: String?
    public var parameters: [String: String]
    public var key: String?
    public var schemaPath: String?

    init(reading reader: FieldReader) {
        self.path = reader.string("path")
        self.parameters = reader.stringMap("parameters")
        self.key = reader.string("key")
        self.schemaPath = reader.string("schemaPath")
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("path", self.path.map { .string($0) }),
            ("parameters", self.parameters.isEmpty ? JSONValue?.none : JSONValue(self.parameters)),
            ("key", self.key.map { .string($0) }),
            ("schemaPath", self.schemaPath.map { .string($0) }),
        ])
    }
}

/// An encrypted model.
public struct ConfidentialSpec: Sendable, Equatable {
    public var isEnabled: Bool
    public var resourceId: String?

    init(reading reader: FieldReader) {
        self.isEnabled = reader.bool("enabled") ?? false
        self.resourceId = reader.string("resourceId")
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [("enabled", .bool(self.isEnabled)), ("resourceId", self.resourceId.map { .string($0) })])
    }
}

/// The legacy keys of a predictor, each the name of a model format.
public enum LegacyFramework: String, Sendable, CaseIterable {
    case sklearn, xgboost, tensorflow, pytorch, triton, onnx, huggingface, pmml, lightgbm, paddle
}
