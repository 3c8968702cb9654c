public import StructuredData

/// A model served behind an address: `serving.kserve.io/v1beta1`, as KServe defines it.
///
/// Fields of pods and containers that this program does not look at are kept as they were written.
public struct InferenceService: Sendable, Equatable {
    public static let apiVersion = "serving.kserve.io/v1beta1"
    public static let kind = "InferenceService"

    public var metadata: ObjectMetadata
    public var spec: InferenceServiceSpec
    /// As it is stored; `InferenceServiceStatus` makes it.
    public var status: JSONValue?

    public init(metadata: ObjectMetadata, spec: InferenceServiceSpec) {
        self.metadata = metadata
        self.spec = spec
        self.status = nil
    }

    /// Reads a whole object: types, required fields and names.
    ///
    /// The rules of KServe are `admit`'s business. Every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        self.init(reading: reader)
        try reader.finish()
    }

    /// Always gives an object, as good as it could be read; what was wrong is with the reader.
    init(reading reader: FieldReader) {
        for (key, right) in [("apiVersion", Self.apiVersion), ("kind", Self.kind)] {
            let written = reader.requiredString(key)
            if !written.isEmpty, written != right { reader.report("is '\(written)', but must be '\(right)'", at: key) }
        }
        self.metadata = ObjectMetadata(of: reader)
        self.spec = InferenceServiceSpec(reading: reader.required("spec"))
        self.status = reader.child("status").map { .object($0.object) }
        reader.refuseUnknownMembers()
    }

    /// The whole object; reading it gives an equal one.
    public var json: JSONValue {
        .object(ofPresent: [
            ("apiVersion", .string(Self.apiVersion)), ("kind", .string(Self.kind)),
            ("metadata", .object(self.metadata.json)), ("spec", self.spec.json), ("status", self.status),
        ])
    }

    public var name: String { self.metadata.name }
    public var namespace: String { self.metadata.namespace }

    /// Asked to run nothing by the annotation `serving.kserve.io/stop`.
    public var isStopped: Bool { self.metadata.annotations[AnnotationName.stop]?.lowercased() == "true" }

    /// `NAME-predictor`, or with the predictor's own name between: what child objects are called.
    public var predictorName: String {
        [self.name, self.spec.predictor.name, "predictor"].compactMap(\.self).filter { !$0.isEmpty }
            .joined(separator: "-")
    }

    /// Annotations of the predictor: the service's, overridden by the component's own.
    public var predictorAnnotations: [String: String] {
        self.metadata.annotations.merging(self.spec.predictor.component.annotations) { $1 }
    }
}
