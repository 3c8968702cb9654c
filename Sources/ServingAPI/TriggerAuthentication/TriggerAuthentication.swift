public import StructuredData

/// Where the credentials of triggers come from, for the ScaledObjects of one namespace.
public struct TriggerAuthentication: Sendable, Equatable {
    public static let apiVersion = "keda.sh/v1alpha1"
    public static let kind = "TriggerAuthentication"

    public var metadata: ObjectMetadata
    public var spec: TriggerAuthenticationSpec
    /// As it is stored.
    public var status: JSONValue?

    public init(metadata: ObjectMetadata, spec: TriggerAuthenticationSpec) {
        self.metadata = metadata
        self.spec = spec
        self.status = nil
    }

    /// Reads a whole object; every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        reader.expectKind(Self.kind, Self.apiVersion)
        self.metadata = ObjectMetadata(of: reader)
        self.spec = TriggerAuthenticationSpec(reading: reader.required("spec"), isCluster: false)
        self.status = reader.child("status").map { .object($0.object) }
        reader.refuseUnknownMembers()
        try reader.finish()
    }

    public var json: JSONValue {
        .object(ofPresent: [
            ("apiVersion", .string(Self.apiVersion)), ("kind", .string(Self.kind)),
            ("metadata", .object(self.metadata.json)), ("spec", self.spec.json), ("status", self.status),
        ])
    }

    /// Every mistake in `json`.
    public static func problems(of json: JSONValue) -> [Problem] {
        do throws(ProblemList) {
            _ = try TriggerAuthentication(json: json)
            return []
        } catch {
            return error.problems
        }
    }
}

/// Where the credentials of triggers come from, for the ScaledObjects of all namespaces.
public struct ClusterTriggerAuthentication: Sendable, Equatable {
    public static let apiVersion = "keda.sh/v1alpha1"
    public static let kind = "ClusterTriggerAuthentication"

    public var metadata: ObjectMetadata
    public var spec: TriggerAuthenticationSpec
    /// As it is stored.
    public var status: JSONValue?

    public init(metadata: ObjectMetadata, spec: TriggerAuthenticationSpec) {
        self.metadata = metadata
        self.spec = spec
        self.status = nil
    }

    /// Reads a whole object; every problem is reported at once.
    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        reader.expectKind(Self.kind, Self.apiVersion)
        self.metadata = ObjectMetadata(of: reader)
        self.spec = TriggerAuthenticationSpec(reading: reader.required("spec"), isCluster: true)
        self.status = reader.child("status").map { .object($0.object) }
        reader.refuseUnknownMembers()
        try reader.finish()
    }

    public var json: JSONValue {
        .object(ofPresent: [
            ("apiVersion", .string(Self.apiVersion)), ("kind", .string(Self.kind)),
            ("metadata", .object(self.metadata.json)), ("spec", self.spec.json), ("status", self.status),
        ])
    }

    /// Every mistake in `json`.
    public static func problems(of json: JSONValue) -> [Problem] {
        do throws(ProblemList) {
            _ = try ClusterTriggerAuthentication(json: json)
            return []
        } catch {
            return error.problems
        }
    }
}
