public import StructuredData

/// The `metadata` of an object: what this program reads, and all else as it was written.
public struct ObjectMetadata: Sendable, Equatable {
    public var json: JSONObject

    public init(json: JSONObject) {
        self.json = json
    }

    public init(name: String, namespace: String, labels: [String: String] = [:], annotations: [String: String] = [:]) {
        self.json = ["name": .string(name), "namespace": .string(namespace)]
        self.labels = labels
        self.annotations = annotations
    }

    public var name: String {
        get { self.json["name"]?.stringValue ?? "" }
        set { self.json["name"] = .string(newValue) }
    }

    /// Empty for objects of no namespace, and where none was written.
    public var namespace: String {
        get { self.json["namespace"]?.stringValue ?? "" }
        set { self.json["namespace"] = .string(newValue) }
    }

    public var labels: [String: String] {
        get { Self.strings(self.json["labels"]) }
        set { self.json["labels"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    public var annotations: [String: String] {
        get { Self.strings(self.json["annotations"]) }
        set { self.json["annotations"] = newValue.isEmpty ? nil : JSONValue(newValue) }
    }

    /// Empty on objects that were never stored.
    public var uid: String { self.json["uid"]?.stringValue ?? "" }
    /// Counts the changes of `spec`; zero on objects that were never stored.
    public var generation: Int { self.json["generation"]?.intValue ?? 0 }
    public var resourceVersion: String? { self.json["resourceVersion"]?.stringValue }
    public var isDeleting: Bool { self.json["deletionTimestamp"]?.stringValue != nil }

    private static func strings(_ value: JSONValue?) -> [String: String] {
        var strings: [String: String] = [:]
        for (key, value) in value?.objectValue ?? [:] { strings[key] = value.stringValue }
        return strings
    }
}

extension ObjectMetadata {
    /// Reads `metadata` with a name that must be there; problems go to `reader`, the reader of the whole object.
    init(of reader: FieldReader) {
        let metadata = reader.required("metadata")
        _ = metadata.requiredString("name")
        _ = metadata.string("namespace")
        _ = metadata.stringMap("labels")
        _ = metadata.stringMap("annotations")
        self.json = metadata.object
    }
}
