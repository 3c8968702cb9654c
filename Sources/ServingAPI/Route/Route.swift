public import StructuredData

/// Which hosts and paths lead to which revisions, with what weight.
///
/// Written by the controllers, read by the activator.
public struct Route: Sendable, Equatable {
    public static let apiVersion = "pilotlight.dev/v1alpha1"
    public static let kind = "Route"

    public var metadata: ObjectMetadata
    public var spec: RouteSpec

    public init(metadata: ObjectMetadata, spec: RouteSpec) {
        self.metadata = metadata
        self.spec = spec
    }

    /// Reads a whole object; every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        self.metadata = ObjectMetadata(of: reader)
        self.spec = RouteSpec(reading: reader.required("spec"))
        try reader.finish()
    }

    public var json: JSONValue {
        [
            "apiVersion": .string(Self.apiVersion), "kind": .string(Self.kind),
            "metadata": .object(self.metadata.json), "spec": self.spec.json,
        ]
    }
}
