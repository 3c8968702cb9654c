public import StructuredData

/// What decides on the replicas of a workload: `keda.sh/v1alpha1`, as KEDA defines it.
public struct ScaledObject: Sendable, Equatable {
    public static let apiVersion = "keda.sh/v1alpha1"
    public static let kind = "ScaledObject"

    public var metadata: ObjectMetadata
    public var spec: ScaledObjectSpec
    public var status: ScaledObjectStatus

    public init(metadata: ObjectMetadata, spec: ScaledObjectSpec, status: ScaledObjectStatus = ScaledObjectStatus()) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Reads a whole object: types, required fields and names.
    ///
    /// The rules between fields are `problems(of:)`'s business. Every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        self.init(reading: reader)
        try reader.finish()
    }

    /// Always gives an object, as good as it could be read; what was wrong is with the reader.
    init(reading reader: FieldReader) {
        reader.expectKind(Self.kind, Self.apiVersion)
        self.metadata = ObjectMetadata(of: reader)
        self.spec = ScaledObjectSpec(reading: reader.required("spec"))
        self.status = ScaledObjectStatus(json: reader.value("status") ?? .null)
        reader.refuseUnknownMembers()
    }

    /// The whole object; `status` is left out while nothing is known.
    public var json: JSONValue {
        .object(ofPresent: [
            ("apiVersion", .string(Self.apiVersion)), ("kind", .string(Self.kind)),
            ("metadata", .object(self.metadata.json)), ("spec", self.spec.json),
            ("status", self.status == ScaledObjectStatus() ? JSONValue?.none : self.status.json),
        ])
    }

    public var name: String { self.metadata.name }
    public var namespace: String { self.metadata.namespace }
}

extension FieldReader {
    /// Reports an object that says of itself to be something else.
    func expectKind(_ kind: String, _ apiVersion: String) {
        for (key, right) in [("apiVersion", apiVersion), ("kind", kind)] {
            let written = self.requiredString(key)
            if !written.isEmpty, written != right { self.report("is '\(written)', but must be '\(right)'", at: key) }
        }
    }
}
