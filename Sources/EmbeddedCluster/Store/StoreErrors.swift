import KubernetesClient
import StructuredData

extension KubernetesError {
    static func about(
        _ code: Code,
        _ type: ResourceType,
        _ key: ObjectKey,
        _ message: String
    ) -> KubernetesError {
        KubernetesError(code, subject: "\(type) \(key)", message: message)
    }

    static func notFound(_ type: ResourceType, _ key: ObjectKey) -> KubernetesError {
        .about(.notFound, type, key, "there is no such object")
    }

    static func invalid(_ type: ResourceType, _ key: ObjectKey, _ problems: [Problem]) -> KubernetesError {
        .about(.invalid, type, key, problems.map(\.description).joined(separator: "\n"))
    }

    static func invalid(_ type: ResourceType, _ key: ObjectKey, at path: String, _ message: String) -> KubernetesError {
        .invalid(type, key, [Problem(path: path, message: message)])
    }
}
