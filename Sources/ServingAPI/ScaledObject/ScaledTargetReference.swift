import StructuredData

/// What a ScaledObject scales, in its own namespace.
public struct ScaledTargetReference: Sendable, Equatable {
    /// Kinds whose replicas can be set.
    public enum Kind: String, Sendable, CaseIterable {
        case deployment = "Deployment"
        case inferenceService = "InferenceService"

        public var apiVersion: String {
            switch self {
            case .deployment: "apps/v1"
            case .inferenceService: InferenceService.apiVersion
            }
        }
    }

    /// As written; empty for the kind's own.
    public var apiVersion: String
    /// As written; empty for a Deployment.
    public var kind: String
    public var name: String
    /// The container whose environment the `...FromEnv` fields of triggers mean; `nil` for the first one.
    public var envSourceContainerName: String?

    public init(
        apiVersion: String = "",
        kind: String = "",
        name: String,
        envSourceContainerName: String? = nil
    ) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.envSourceContainerName = envSourceContainerName
    }

    public init(_ kind: Kind, name: String) {
        self.init(apiVersion: kind.apiVersion, kind: kind.rawValue, name: name)
    }

    init(reading reader: FieldReader) {
        self.apiVersion = reader.string("apiVersion") ?? ""
        self.kind = reader.string("kind") ?? ""
        self.name = reader.requiredString("name")
        self.envSourceContainerName = reader.string("envSourceContainerName")
        reader.refuseUnknownMembers()
    }

    /// `nil` when it is none that can be scaled.
    public var targetKind: Kind? {
        guard let kind = self.kind.isEmpty ? .deployment : Kind(rawValue: self.kind) else { return nil }
        let group = self.apiVersion.split(separator: "/").first.map(String.init)
        let right = kind.apiVersion.split(separator: "/").first.map(String.init)
        return self.apiVersion.isEmpty || group == right ? kind : nil
    }

    /// The Deployment behind the target, in the namespace of the ScaledObject; `nil` when it is none that can be scaled.
    ///
    /// An InferenceService with a predictor of its own name has another one, which only the service tells.
    public var deploymentName: String? {
        switch self.targetKind {
        case .deployment: self.name
        case .inferenceService: "\(self.name)-predictor"
        case nil: nil
        }
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("apiVersion", self.apiVersion.isEmpty ? JSONValue?.none : .string(self.apiVersion)),
            ("kind", self.kind.isEmpty ? JSONValue?.none : .string(self.kind)),
            ("name", .string(self.name)),
            ("envSourceContainerName", self.envSourceContainerName.map { .string($0) }),
        ])
    }
}
