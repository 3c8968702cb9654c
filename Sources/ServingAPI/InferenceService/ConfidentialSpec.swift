import StructuredData

/// An encrypted model.
public struct ConfidentialSpec: Sendable, Equatable {
    public var isEnabled: Bool
    public var resourceId: String?

    init(reading reader: FieldReader) {
        self.isEnabled = reader.bool("enabled") ?? false
        self.resourceId = reader.string("resourceId")
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [("enabled", .bool(self.isEnabled)), ("resourceId", self.resourceId.map { .string($0) })])
    }
}
