import StructuredData

/// A port that a container says it listens on.
public struct ContainerPort: Sendable, Equatable {
    public let containerPort: Int
    public let name: String?

    public init(containerPort: Int, name: String? = nil) {
        self.containerPort = containerPort
        self.name = name
    }

    init?(json: JSONValue) {
        guard let port = json["containerPort"]?.intValue else { return nil }
        self.init(containerPort: port, name: json["name"]?.stringValue)
    }

    static func check(_ reader: FieldReader) {
        _ = reader.requiredInt("containerPort", in: 1...65535)
        _ = reader.string("name")
        _ = reader.string("protocol")
        reader.refuseUnknownMembers(alsoKnown: ["hostPort", "hostIP"])
    }
}
