public import StructuredData

/// The name of an object: its namespace (empty for cluster-scoped kinds) and its name.
public struct ObjectKey: Hashable, Sendable, CustomStringConvertible {
    public let namespace: String
    public let name: String

    public init(namespace: String, name: String) {
        self.namespace = namespace
        self.name = name
    }

    public var description: String { self.namespace.isEmpty ? self.name : "\(self.namespace)/\(self.name)" }
}

/// An object of the API as JSON, with typed access to the parts that every object has.
///
/// Fields that this program does not know survive a read and a write.
public struct KubernetesObject: Sendable, Equatable {
    public var json: JSONValue

    public init(json: JSONValue) {
        self.json = json
    }

    /// A new object of `type` with nothing but its names.
    public init(_ type: ResourceType, _ key: ObjectKey) {
        self.json = ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": [:]]
        self.name = key.name
        if type.isNamespaced { self.namespace = key.namespace }
    }

    public var apiVersion: String { self.json["apiVersion"]?.stringValue ?? "" }
    public var kind: String { self.json["kind"]?.stringValue ?? "" }
    public var key: ObjectKey { ObjectKey(namespace: self.namespace, name: self.name) }

    public var metadata: JSONValue {
        get { self.json["metadata"] ?? [:] }
        set { self.json["metadata"] = newValue }
    }

    public var spec: JSONValue {
        get { self.json["spec"] ?? [:] }
        set { self.json["spec"] = newValue }
    }

    public var status: JSONValue {
        get { self.json["status"] ?? [:] }
        set { self.json["status"] = newValue }
    }

    public var name: String {
        get { self.metadata["name"]?.stringValue ?? "" }
        set { self.metadata["name"] = .string(newValue) }
    }

    public var namespace: String {
        get { self.metadata["namespace"]?.stringValue ?? "" }
        set { self.metadata["namespace"] = .string(newValue) }
    }

    /// Set by the server; differs between two objects that bear one name one after the other.
    public var uid: String { self.metadata["uid"]?.stringValue ?? "" }

    /// Opaque to clients but for equality; `nil` on objects that were never stored.
    public var resourceVersion: String? {
        get { self.metadata["resourceVersion"]?.stringValue }
        set { self.metadata["resourceVersion"] = newValue.map { .string($0) } }
    }

    /// Counts the changes of `spec`.
    public var generation: Int { self.metadata["generation"]?.intValue ?? 0 }

    /// RFC 3339.
    public var creationTimestamp: String? { self.metadata["creationTimestamp"]?.stringValue }
    public var deletionTimestamp: String? { self.metadata["deletionTimestamp"]?.stringValue }
    public var isDeleting: Bool { self.deletionTimestamp != nil }

    public var labels: [String: String] {
        get { Self.strings(self.metadata["labels"]) }
        set { self.metadata["labels"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    public var annotations: [String: String] {
        get { Self.strings(self.metadata["annotations"]) }
        set { self.metadata["annotations"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    public var ownerReferences: [OwnerReference] {
        get { (self.metadata["ownerReferences"]?.arrayValue ?? []).compactMap(OwnerReference.init(json:)) }
        set { self.metadata["ownerReferences"] = newValue.isEmpty ? nil : .array(newValue.map(\.json)) }
    }

    /// A reference that makes this object the owner of another.
    public func asOwner(controller: Bool = true) -> OwnerReference {
        OwnerReference(
            apiVersion: self.apiVersion,
            kind: self.kind,
            name: self.name,
            uid: self.uid,
            isController: controller
        )
    }

    private static func strings(_ value: JSONValue?) -> [String: String] {
        var strings: [String: String] = [:]
        for (key, value) in value?.objectValue ?? [:] { strings[key] = value.stringValue }
        return strings
    }
}

/// Who owns an object: when the owner is gone, so is what it owns.
public struct OwnerReference: Sendable, Equatable {
    public let apiVersion: String
    public let kind: String
    public let name: String
    public let uid: String
    public let isController: Bool

    public init(apiVersion: String, kind: String, name: String, uid: String, isController: Bool) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
    }

    init?(json: JSONValue) {
        guard let name = json["name"]?.stringValue, let uid = json["uid"]?.stringValue else { return nil }
        self.init(
            apiVersion: json["apiVersion"]?.stringValue ?? "",
            kind: json["kind"]?.stringValue ?? "",
            name: name,
            uid: uid,
            isController: json["controller"]?.boolValue ?? false
        )
    }

    var json: JSONValue {
        [
            "apiVersion": .string(self.apiVersion), "kind": .string(self.kind), "name": .string(self.name),
            "uid": .string(self.uid), "controller": .bool(self.isController), "blockOwnerDeletion": true,
        ]
    }
}
