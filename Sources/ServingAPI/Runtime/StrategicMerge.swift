import StructuredData

/// Lays what a service says over what its runtime says, as Kubernetes merges pods: objects member by member, lists of
/// named things by their names, other lists as a whole.
enum StrategicMerge {
    /// The member that tells the elements of a list apart, by the name of the list.
    private static let mergeKeys = [
        "env": "name", "ports": "containerPort", "volumeMounts": "mountPath", "volumeDevices": "devicePath",
        "volumes": "name", "imagePullSecrets": "name", "initContainers": "name", "containers": "name",
        "hostAliases": "ip", "topologySpreadConstraints": "topologyKey", "resourceClaims": "name",
    ]

    static func merged(_ base: JSONObject, with patch: JSONObject) -> JSONObject {
        var merged = base
        for (key, value) in patch.members {
            merged[key] = base[key].map { Self.merged($0, with: value, key: key) } ?? value
        }
        return merged
    }

    private static func merged(_ base: JSONValue, with patch: JSONValue, key: String) -> JSONValue {
        switch (base, patch) {
        case (.object(let base), .object(let patch)):
            return .object(Self.merged(base, with: patch))
        case (.array(let base), .array(let patch)):
            guard let mergeKey = Self.mergeKeys[key] else { return .array(patch) }
            return .array(Self.merged(base, with: patch, by: mergeKey, isEnvironment: key == "env"))
        default:
            return patch
        }
    }

    /// Elements keep their places, new ones come last.
    private static func merged(
        _ base: [JSONValue],
        with patch: [JSONValue],
        by key: String,
        isEnvironment: Bool
    ) -> [JSONValue] {
        var merged = base
        for element in patch {
            guard let index = merged.firstIndex(where: { $0[key] != nil && $0[key] == element[key] }) else {
                merged.append(element)
                continue
            }
            if !isEnvironment, case .object(let old) = merged[index], case .object(let new) = element {
                merged[index] = .object(Self.merged(old, with: new))
            } else {
                // A variable has a value or a reference, never both.
                merged[index] = element
            }
        }
        return merged
    }
}

extension Container {
    /// The runtime's container with what the service says laid over it; arguments are joined, the runtime's first.
    func merged(with override: Container) -> Container {
        var merged = Container(json: StrategicMerge.merged(self.json, with: override.json))
        merged.args = self.args + override.args
        return merged
    }

    /// - Parameter version: Replaces the tag of the image, unless it is pinned by digest.
    mutating func replaceTag(by version: String) {
        guard let image = self.image, !image.contains("@") else { return }
        // A colon before the last slash belongs to the registry's port.
        let repository: Substring
        if let colon = image.lastIndex(of: ":"), !image[colon...].contains("/") {
            repository = image[..<colon]
        } else {
            repository = image[...]
        }
        self.image = "\(repository):\(version)"
    }
}
