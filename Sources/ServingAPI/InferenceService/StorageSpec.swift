import StructuredData

/// A model behind the cluster's storage configuration instead of an address.
public struct StorageSpec: Sendable, Equatable {
    public var path: String?
    public var parameters: [String: String]
    public var key: String?
    public var schemaPath: String?

    init(reading reader: FieldReader) {
        self.path = reader.string("path")
        self.parameters = reader.stringMap("parameters")
        self.key = reader.string("key")
        self.schemaPath = reader.string("schemaPath")
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("path", self.path.map { .string($0) }),
            ("parameters", self.parameters.isEmpty ? JSONValue?.none : JSONValue(self.parameters)),
            ("key", self.key.map { .string($0) }),
            ("schemaPath", self.schemaPath.map { .string($0) }),
        ])
    }
}
