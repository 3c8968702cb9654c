import KubernetesClient
import StructuredData

/// The documents from which `kubectl` learns what it can ask for.
struct Discovery: Sendable {
    let types: [ServedType]

    var coreVersions: JSONValue {
        ["kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []]
    }

    var groups: JSONValue {
        let names = Set(self.types.map(\.type.group)).subtracting([""]).sorted()
        return [
            "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(names.compactMap { self.group($0) }),
        ]
    }

    /// `nil` when there is no such group.
    func group(_ name: String) -> JSONValue? {
        let versions = Set(self.types.map(\.type).filter { $0.group == name }.map(\.version)).sorted()
        guard !name.isEmpty, let preferred = versions.last else { return nil }
        func entry(_ version: String) -> JSONValue {
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return [
            "kind": "APIGroup", "apiVersion": "v1", "name": .string(name),
            "versions": .array(versions.map(entry)), "preferredVersion": entry(preferred),
        ]
    }

    /// `nil` when there is no such group or version.
    func resources(group: String, version: String) -> JSONValue? {
        let types = self.types.filter { $0.type.group == group && $0.type.version == version }
        guard let first = types.first else { return nil }
        return [
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(first.type.apiVersion),
            "resources": .array(types.map(Self.resource)),
        ]
    }

    private static func resource(_ served: ServedType) -> JSONValue {
        [
            "name": .string(served.type.plural), "singularName": .string(served.type.kind.lowercased()),
            "namespaced": .bool(served.type.isNamespaced), "kind": .string(served.type.kind),
            "verbs": ["get", "list", "watch"], "shortNames": .array(served.shortNames.map { .string($0) }),
        ]
    }
}
