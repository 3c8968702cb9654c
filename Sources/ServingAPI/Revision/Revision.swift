public import StructuredData

/// One deployable state of one component: what the activator queues for and the autoscaler scales.
///
/// Written by the controllers; its status belongs to the autoscaler.
public struct Revision: Sendable, Equatable {
    public static let apiVersion = "pilotlight.dev/v1alpha1"
    public static let kind = "Revision"

    public var metadata: ObjectMetadata
    public var spec: RevisionSpec
    public var status: RevisionStatus

    public init(metadata: ObjectMetadata, spec: RevisionSpec, status: RevisionStatus = RevisionStatus()) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Reads a whole object; every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        self.metadata = ObjectMetadata(of: reader)
        self.spec = RevisionSpec(reading: reader.required("spec"))
        self.status = reader.child("status").map(RevisionStatus.init(reading:)) ?? RevisionStatus()
        try reader.finish()
    }

    /// The whole object; `status` is left out while nothing is known.
    public var json: JSONValue {
        .object(ofPresent: [
            ("apiVersion", .string(Self.apiVersion)),
            ("kind", .string(Self.kind)),
            ("metadata", .object(self.metadata.json)),
            ("spec", self.spec.json),
            ("status", self.status == RevisionStatus() ? JSONValue?.none : self.status.json),
        ])
    }

    public var id: RevisionID { RevisionID(namespace: self.metadata.namespace, name: self.metadata.name) }
}
