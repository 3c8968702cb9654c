import Autoscaler
import StructuredData

/// What one external trigger is told.
struct ExternalConfiguration: Sendable {
    let server: ExternalServer
    /// Whether the scaler says by itself when it becomes active.
    let isPush: Bool
    let namespace: String
    let scaledObject: String
    /// What the scaler gets to see: all of the metadata, variables of the container with their values.
    let metadata: [String: String]

    /// `nil` only with problems.
    static func read(
        _ declaration: TriggerDeclaration
    ) -> (configuration: ExternalConfiguration?, problems: [Problem]) {
        let path = "spec.triggers[\(declaration.index)]"
        var problems: [Problem] = []
        func report(_ field: String, _ message: String) {
            problems.append(Problem(path: "\(path).\(field)", message: message))
        }
        func flag(_ key: String) -> Bool {
            switch declaration.metadata[key] ?? "" {
            case "", "false", "False", "FALSE", "0": return false
            case "true", "True", "TRUE", "1": return true
            case let text:
                report("metadata.\(key)", "is '\(text)', but must be 'true' or 'false'")
                return false
            }
        }
        if declaration.metricType == .utilization {
            report("metricType", "'Utilization' is for the types cpu and memory")
        }
        let address = declaration.metadata["scalerAddress"] ?? ""
        let place = ExternalServer.place(address)
        if address.isEmpty {
            report("metadata.scalerAddress", "is required" + Self.hint(declaration))
        } else if place == nil {
            report(
                "metadata.scalerAddress",
                "is '\(address)', but must be a host and a port, as scaler.default.svc:9090"
            )
        }
        let usesTLS = flag("enableTLS")
        let isUnsafe = flag("unsafeSsl")
        var server = ExternalServer(host: place?.host ?? "", port: place?.port ?? 0)
        server.certificateAuthority = Self.text("caCert", declaration)
        server.certificate = Self.text("tlsClientCert", declaration)
        server.key = Self.text("tlsClientKey", declaration)
        if (server.certificate == nil) != (server.key == nil) {
            report("authenticationRef", "tlsClientCert and tlsClientKey go together")
        }
        server.usesTLS = usesTLS || server.certificateAuthority != nil || server.certificate != nil
        server.verifiesServer = !isUnsafe
        guard problems.isEmpty else { return (nil, problems) }
        let configuration = ExternalConfiguration(
            server: server,
            isPush: declaration.type == "external-push",
            namespace: declaration.namespace,
            scaledObject: declaration.scaledObject,
            metadata: Self.passedOn(declaration)
        )
        return (configuration, [])
    }

    private static func passedOn(_ declaration: TriggerDeclaration) -> [String: String] {
        var metadata = declaration.metadata
        for (key, variable) in declaration.metadata where key.hasSuffix("FromEnv") {
            metadata[key] = declaration.environment[variable]
        }
        return metadata
    }

    private static func hint(_ declaration: TriggerDeclaration) -> String {
        let near = declaration.metadata.keys.sorted().first { NearestName.of($0, among: ["scalerAddress"]) != nil }
        return near.map { "; '\($0)' is not known" } ?? ""
    }

    private static func text(_ key: String, _ declaration: TriggerDeclaration) -> String? {
        declaration.credentials[key].flatMap { $0.isEmpty ? nil : $0 }
    }
}
