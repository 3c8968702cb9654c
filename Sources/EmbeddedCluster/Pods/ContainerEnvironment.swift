import Foundation
import KubernetesClient
import ServingAPI
import StructuredData

/// The environment variables of a container.
struct ContainerEnvironment {
    let pod: KubernetesObject
    let address: String
    /// Reads a ConfigMap or a Secret; `nil` when there is none of that name.
    let lookUp: (ResourceType, ObjectKey) -> KubernetesObject?

    /// `base`, and over it what the container asks for, in its order: a value may refer to what stands before it.
    func variables(
        of container: Container,
        over base: [String: String]
    ) throws(ContainerProblem) -> [String: String] {
        var variables = base
        for source in container.json["envFrom"]?.arrayValue ?? [] {
            let prefix = source["prefix"]?.stringValue ?? ""
            for (key, value) in try self.all(source) { variables[prefix + key] = value }
        }
        for variable in container.env {
            if let source = variable.valueFrom {
                guard let value = try self.value(of: source, for: variable.name) else { continue }
                variables[variable.name] = value
            } else {
                variables[variable.name] = VariableExpansion.expand(variable.value ?? "", with: variables)
            }
        }
        return variables
    }

    private func all(_ source: JSONValue) throws(ContainerProblem) -> [String: String] {
        for (field, type) in [("configMapRef", ResourceType.configMap), ("secretRef", .secret)] {
            guard let reference = source[field] else { continue }
            guard let object = try self.object(type, reference) else { return [:] }
            return Self.data(object, type)
        }
        return [:]
    }

    /// `nil` when the source is optional and not there.
    private func value(of source: JSONValue, for name: String) throws(ContainerProblem) -> String? {
        if let path = source["fieldRef"]?["fieldPath"]?.stringValue { return try self.field(path, for: name) }
        for (field, type) in [("configMapKeyRef", ResourceType.configMap), ("secretKeyRef", .secret)] {
            guard let reference = source[field] else { continue }
            let key = reference["key"]?.stringValue ?? ""
            guard let object = try self.object(type, reference) else { return nil }
            if let value = Self.data(object, type)[key] { return value }
            if reference["optional"] == true { return nil }
            throw Self.problem("\(type.kind) \(object.key) has no key '\(key)', which variable \(name) needs")
        }
        throw Self.problem("variable \(name) takes its value from a source that this cluster does not have")
    }

    private func object(
        _ type: ResourceType,
        _ reference: JSONValue
    ) throws(ContainerProblem) -> KubernetesObject? {
        let key = ObjectKey(namespace: self.pod.namespace, name: reference["name"]?.stringValue ?? "")
        if let object = self.lookUp(type, key) { return object }
        if reference["optional"] == true { return nil }
        throw Self.problem("there is no \(type.kind) \(key), which the container takes variables from")
    }

    private static func data(_ object: KubernetesObject, _ type: ResourceType) -> [String: String] {
        var data: [String: String] = [:]
        for (key, value) in object.json["data"]?.objectValue ?? [:] {
            guard let text = value.stringValue else { continue }
            data[key] =
                type == .secret
                ? Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) } : text
        }
        for (key, value) in object.json["stringData"]?.objectValue ?? [:] { data[key] = value.stringValue }
        return data
    }

    private func field(_ path: String, for name: String) throws(ContainerProblem) -> String {
        switch path {
        case "metadata.name": return self.pod.name
        case "metadata.namespace": return self.pod.namespace
        case "metadata.uid": return self.pod.uid
        case "spec.nodeName": return self.pod.spec["nodeName"]?.stringValue ?? ""
        case "spec.serviceAccountName": return self.pod.spec["serviceAccountName"]?.stringValue ?? "default"
        case "status.podIP", "status.hostIP", "status.podIPs", "status.hostIPs": return self.address
        default: break
        }
        for (prefix, map) in [("metadata.labels['", self.pod.labels), ("metadata.annotations['", self.pod.annotations)]
        where path.hasPrefix(prefix) && path.hasSuffix("']") {
            return map[String(path.dropFirst(prefix.count).dropLast(2))] ?? ""
        }
        throw Self.problem("variable \(name) refers to the field '\(path)', which this cluster does not offer")
    }

    private static func problem(_ message: String) -> ContainerProblem {
        ContainerProblem(reason: "CreateContainerConfigError", message: message)
    }
}
