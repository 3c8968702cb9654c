import Foundation
import KubernetesClient
import StructuredData

/// The environment variables of a Deployment's containers, as far as they can be told without its pods.
///
/// Triggers take addresses and passwords from them (`hostFromEnv`). What refers to the pod itself is left out, and so is
/// what cannot be found: the trigger says then which variable it misses.
struct TargetEnvironment {
    let deployment: KubernetesObject
    /// Reads a ConfigMap or a Secret; `nil` when there is none of that name.
    let lookUp: (ResourceType, ObjectKey) -> KubernetesObject?

    private var containers: [JSONValue] {
        self.deployment.spec["template"]?["spec"]?["containers"]?.arrayValue ?? []
    }

    var containerNames: [String] { self.containers.compactMap { $0["name"]?.stringValue } }

    var podLabels: [String: String] {
        let labels = self.deployment.spec["template"]?["metadata"]?["labels"]?.objectValue ?? [:]
        return labels.reduce(into: [:]) { $0[$1.key] = $1.value.stringValue }
    }

    /// By container.
    var variables: [String: [String: String]] {
        var result: [String: [String: String]] = [:]
        for container in self.containers {
            guard let name = container["name"]?.stringValue else { continue }
            result[name] = self.variables(of: container)
        }
        return result
    }

    private func variables(of container: JSONValue) -> [String: String] {
        var variables: [String: String] = [:]
        for source in container["envFrom"]?.arrayValue ?? [] {
            let prefix = source["prefix"]?.stringValue ?? ""
            for (field, type) in [("configMapRef", ResourceType.configMap), ("secretRef", .secret)] {
                guard let name = source[field]?["name"]?.stringValue else { continue }
                for (key, value) in self.data(type, name) { variables[prefix + key] = value }
            }
        }
        for variable in container["env"]?.arrayValue ?? [] {
            guard let name = variable["name"]?.stringValue else { continue }
            if let value = variable["value"]?.stringValue {
                variables[name] = value
            } else if let value = self.value(of: variable["valueFrom"]) {
                variables[name] = value
            }
        }
        return variables
    }

    private func value(of source: JSONValue?) -> String? {
        for (field, type) in [("configMapKeyRef", ResourceType.configMap), ("secretKeyRef", .secret)] {
            guard let reference = source?[field], let name = reference["name"]?.stringValue,
                let key = reference["key"]?.stringValue
            else { continue }
            return self.data(type, name)[key]
        }
        return nil
    }

    private func data(_ type: ResourceType, _ name: String) -> [String: String] {
        let key = ObjectKey(namespace: self.deployment.namespace, name: name)
        guard let object = self.lookUp(type, key) else { return [:] }
        var data: [String: String] = [:]
        for (key, value) in object.json["data"]?.objectValue ?? [:] {
            guard let text = value.stringValue else { continue }
            data[key] =
                type == .secret ? Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } : text
        }
        return data
    }
}
