import ServingAPI
import StructuredData

/// What a probe is for.
enum ProbeKind: String, Sendable, Hashable, CaseIterable {
    /// Holds back the other two until it passes once; a container that fails it is restarted.
    case startup = "Startup"
    case readiness = "Readiness"
    case liveness = "Liveness"
}

/// How to find out how a container is, and how often; with Kubernetes' defaults.
struct ProbeSpec: Sendable, Equatable {
    enum Handler: Sendable, Equatable {
        case http(HTTPProbe)
        case tcp(host: String?, port: ProbePort)
        case execute([String])
        /// Of a kind that this cluster cannot carry out, and which.
        case unsupported(String)
    }

    let handler: Handler
    let initialDelay: Duration
    let period: Duration
    let timeout: Duration
    let successThreshold: Int
    let failureThreshold: Int
    /// `nil`: the pod's.
    let terminationGrace: Duration?

    init?(json: JSONValue?) {
        guard let json, let handler = Self.handler(json) else { return nil }
        func seconds(_ field: String, _ otherwise: Int, atLeast least: Int) -> Duration {
            .seconds(max(least, json[field]?.intValue ?? otherwise))
        }
        self.handler = handler
        self.initialDelay = seconds("initialDelaySeconds", 0, atLeast: 0)
        self.period = seconds("periodSeconds", 10, atLeast: 1)
        self.timeout = seconds("timeoutSeconds", 1, atLeast: 1)
        self.successThreshold = max(1, json["successThreshold"]?.intValue ?? 1)
        self.failureThreshold = max(1, json["failureThreshold"]?.intValue ?? 3)
        self.terminationGrace = json["terminationGracePeriodSeconds"]?.intValue.map { .seconds(max(1, $0)) }
    }

    private static func handler(_ json: JSONValue) -> Handler? {
        if let http = json["httpGet"] { return .http(HTTPProbe(json: http)) }
        if let tcp = json["tcpSocket"] {
            return .tcp(host: tcp["host"]?.stringValue, port: ProbePort(json: tcp["port"]))
        }
        if let command = json["exec"]?["command"]?.arrayValue { return .execute(command.compactMap(\.stringValue)) }
        if json["grpc"] != nil { return .unsupported("grpc") }
        return nil
    }
}

/// A GET that succeeds with a status of 200 to 399.
struct HTTPProbe: Sendable, Equatable {
    let scheme: String
    /// `nil`: the replica itself.
    let host: String?
    let port: ProbePort
    let path: String
    let headers: [HTTPProbeHeader]

    init(json: JSONValue) {
        let path = json["path"]?.stringValue ?? "/"
        self.scheme = json["scheme"]?.stringValue?.lowercased() == "https" ? "https" : "http"
        self.host = json["host"]?.stringValue
        self.port = ProbePort(json: json["port"])
        self.path = path.hasPrefix("/") ? path : "/\(path)"
        self.headers = (json["httpHeaders"]?.arrayValue ?? []).compactMap { header in
            header["name"]?.stringValue.map { HTTPProbeHeader(name: $0, value: header["value"]?.stringValue ?? "") }
        }
    }
}

struct HTTPProbeHeader: Sendable, Equatable {
    let name: String
    let value: String
}

/// The port of a probe as it is written, a number or a name.
enum ProbePort: Sendable, Equatable {
    case number(Int)
    case name(String)

    init(json: JSONValue?) {
        if let number = json?.intValue ?? json?.stringValue.flatMap({ Int($0) }) {
            self = .number(number)
        } else {
            self = .name(json?.stringValue ?? "")
        }
    }

    /// The port to connect to, or `nil` when the container has no port of that name.
    ///
    /// Every replica has a port of its own, in place of the one that the container declares; a port that is something
    /// else, a sidecar's for example, is what it says.
    func resolved(for container: Container, replicaPort: Int) -> Int? {
        switch self {
        case .number(let number):
            number == container.servingPort || number == 0 ? replicaPort : number
        case .name(let name):
            if container.ports.first?.name == name || container.ports.isEmpty {
                replicaPort
            } else {
                container.ports.first { $0.name == name }?.containerPort
            }
        }
    }
}
