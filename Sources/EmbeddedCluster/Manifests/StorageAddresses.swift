import KubernetesClient
import StructuredData

/// Makes relative addresses of models absolute: in a file they are relative to its folder.
enum StorageAddresses {
    static func resolved(_ json: JSONValue, of type: ResourceType, folder: String) -> JSONValue {
        guard type == .inferenceService, var spec = json["spec"], spec.objectValue != nil else { return json }
        var json = json
        for component in ["predictor", "transformer", "explainer"] {
            if let part = spec[component] { spec[component] = Self.resolved(component: part, folder) }
        }
        if let canaries = spec["canary"]?.arrayValue {
            spec["canary"] = .array(
                canaries.map { canary in
                    guard var canary = Optional(canary), let predictor = canary["predictor"] else { return canary }
                    canary["predictor"] = Self.resolved(component: predictor, folder)
                    return canary
                }
            )
        }
        json["spec"] = spec
        return json
    }

    /// `storageUri` of whatever serves, and every entry of `storageUris`.
    private static func resolved(component: JSONValue, _ folder: String) -> JSONValue {
        guard case .object(var members) = component else { return component }
        for (key, value) in members.members {
            if let uri = value["storageUri"]?.stringValue, value.objectValue != nil {
                members[key]?["storageUri"] = .string(Self.absolute(uri, folder))
            }
            if key == "storageUris", let sources = value.arrayValue {
                members[key] = .array(
                    sources.map { source in
                        guard var source = Optional(source), let uri = source["uri"]?.stringValue else { return source }
                        source["uri"] = .string(Self.absolute(uri, folder))
                        return source
                    }
                )
            }
        }
        return .object(members)
    }

    /// Addresses with a scheme and absolute paths stay as they are; `.` and `..` are resolved.
    static func absolute(_ uri: String, _ folder: String) -> String {
        guard !uri.isEmpty, !uri.hasPrefix("/"), !uri.contains("://") else { return uri }
        var parts = folder.split(separator: "/")
        for part in uri.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
