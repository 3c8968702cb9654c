public import StructuredData

/// Where requests and responses are logged to.
public struct LoggerSpec: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable {
        case all, request, response
    }

    public var mode: Mode
    /// The logger as it was written.
    public let json: JSONValue

    init(reading reader: FieldReader) {
        self.json = .object(reader.object)
        // Nothing and an empty string mean everything, as the field's own description says.
        self.mode = reader.object["mode"]?.stringValue == "" ? .all : reader.choice("mode") ?? .all
        for key in ["mode", "url", "marshallerUrl", "batchInterval"] { _ = reader.value(key) }
        _ = reader.strings("metadataHeaders")
        _ = reader.strings("metadataAnnotations")
        _ = reader.int("batchSize")
        if let storage = reader.child("storage") {
            // What is logged into a store needs to know which, and where in it.
            _ = storage.requiredString("path")
            _ = storage.requiredString("key")
            if storage.has("parameters") {
                _ = storage.stringMap("parameters")
            } else {
                storage.report("is required", at: "parameters")
            }
            _ = storage.string("serviceAccountName")
            storage.refuseUnknownMembers()
        }
        reader.refuseUnknownMembers()
    }
}
