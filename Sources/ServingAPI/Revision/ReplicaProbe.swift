import StructuredData

/// How the activator finds out whether a replica takes requests.
public enum ReplicaProbe: Sendable, Equatable {
    /// GET, plain text; any status from 200 to 399 means ready.
    case http(path: String)
    /// The port accepts a connection.
    case tcp

    private enum Kind: String, CaseIterable {
        case http, tcp
    }

    init(reading reader: FieldReader) {
        switch reader.requiredChoice("type", otherwise: Kind.tcp) {
        case .http: self = .http(path: reader.string("path") ?? "/")
        case .tcp: self = .tcp
        }
    }

    var json: JSONValue {
        switch self {
        case .http(let path): ["type": "http", "path": .string(path)]
        case .tcp: ["type": "tcp"]
        }
    }
}
