import ServingAPI
import StructuredData

extension ReplicaProbe {
    /// The probe of a container that declares none.
    static func standard(for container: Container) -> ReplicaProbe {
        let repository = container.image?.split(separator: "@")[0].split(separator: ":")[0] ?? ""
        return [BundledRuntimes.image, "docker.io/\(BundledRuntimes.image)"].contains(String(repository))
            ? .http(path: "/v2/health/ready") : .tcp
    }

    /// How to ask a replica of this container whether it serves: as its author's readiness probe does, if it asks over
    /// the network.
    init(for container: Container) {
        let probe = container.json["readinessProbe"]
        if let get = probe?["httpGet"] {
            self = .http(path: get["path"]?.stringValue ?? "/")
        } else if probe?["tcpSocket"] != nil {
            self = .tcp
        } else {
            self = .standard(for: container)
        }
    }
}
