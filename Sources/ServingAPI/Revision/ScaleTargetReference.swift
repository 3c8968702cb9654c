import StructuredData

/// The object whose `scale` subresource carries the replica count, in the namespace of the revision.
public struct ScaleTargetReference: Sendable, Equatable {
    public var apiVersion: String
    public var kind: String
    public var name: String

    public init(apiVersion: String, kind: String, name: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
    }

    public static func deployment(_ name: String) -> ScaleTargetReference {
        ScaleTargetReference(apiVersion: "apps/v1", kind: "Deployment", name: name)
    }

    init(reading reader: FieldReader) {
        self.init(
            apiVersion: reader.requiredString("apiVersion"),
            kind: reader.requiredString("kind"),
            name: reader.requiredString("name")
        )
    }

    var json: JSONValue {
        ["apiVersion": .string(self.apiVersion), "kind": .string(self.kind), "name": .string(self.name)]
    }
}
