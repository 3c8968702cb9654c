public import StructuredData

/// A recipe for a server: which model formats it serves and what its pods look like.
///
/// A ServingRuntime serves its namespace, a ClusterServingRuntime all of them; otherwise they are the same.
public struct ServingRuntime: Sendable, Equatable {
    public static let apiVersion = "serving.kserve.io/v1alpha1"

    public var isClusterScoped: Bool
    public var metadata: ObjectMetadata
    public var spec: ServingRuntimeSpec

    public init(isClusterScoped: Bool, metadata: ObjectMetadata, spec: ServingRuntimeSpec) {
        self.isClusterScoped = isClusterScoped
        self.metadata = metadata
        self.spec = spec
    }

    /// Reads a whole object; every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        self.init(reading: reader)
        try reader.finish()
    }

    init(reading reader: FieldReader) {
        let kind = reader.requiredString("kind")
        self.isClusterScoped = kind == "ClusterServingRuntime"
        if !kind.isEmpty, !self.isClusterScoped, kind != "ServingRuntime" {
            reader.report(AdmissionRules.notOneOf(kind, ["ServingRuntime", "ClusterServingRuntime"]), at: "kind")
        }
        let apiVersion = reader.requiredString("apiVersion")
        if !apiVersion.isEmpty, apiVersion != Self.apiVersion {
            reader.report("is '\(apiVersion)', but must be '\(Self.apiVersion)'", at: "apiVersion")
        }
        self.metadata = ObjectMetadata(of: reader)
        self.spec = ServingRuntimeSpec(reading: reader.required("spec"))
        reader.refuseUnknownMembers(alsoKnown: ["status"])
    }

    public var json: JSONValue {
        [
            "apiVersion": .string(Self.apiVersion), "kind": .string(self.kind),
            "metadata": .object(self.metadata.json), "spec": self.spec.json,
        ]
    }

    public var kind: String { self.isClusterScoped ? "ClusterServingRuntime" : "ServingRuntime" }
    public var name: String { self.metadata.name }
}
