public import StructuredData

/// One environment variable of a container.
public struct EnvironmentVariable: Sendable, Equatable {
    public var json: JSONObject

    public init(json: JSONObject) {
        self.json = json
    }

    public init(name: String, value: String) {
        self.json = ["name": .string(name), "value": .string(value)]
    }

    public var name: String { self.json["name"]?.stringValue ?? "" }
    /// `nil` when the value comes from elsewhere, see `valueFrom`, or is empty.
    public var value: String? { self.json["value"]?.stringValue }
    /// A reference to a field of the pod, a ConfigMap or a Secret.
    public var valueFrom: JSONValue? { self.json["valueFrom"] }

    static func check(_ reader: FieldReader) {
        _ = reader.requiredString("name")
        if let value = reader.value("value"), value.stringValue == nil, value.arrayValue == nil,
            value.objectValue == nil
        {
            reader.report("must be a string; put it in quotes: \"\(value.jsonText())\"", at: "value")
        } else {
            _ = reader.string("value")
        }
        _ = reader.child("valueFrom")
        reader.refuseUnknownMembers()
    }
}
