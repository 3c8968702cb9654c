/// The parts of an address of the Kubernetes API.
enum APIPath: Equatable {
    /// `/api`: the versions of the core group.
    case coreVersions
    /// `/apis`
    case groups
    /// `/apis/apps`
    case group(String)
    /// `/api/v1` or `/apis/apps/v1`: what there is to ask for. The core group is empty.
    case resources(group: String, version: String)
    /// `/apis/apps/v1/namespaces/default/deployments/iris/status`, and everything shorter.
    case objects(Target)

    struct Target: Equatable {
        let group: String
        let version: String
        /// `nil` for all namespaces, and for kinds that have none.
        let namespace: String?
        let plural: String
        /// `nil` for a list.
        var name: String?
        var subresource: String?
    }

    /// `nil` for an address that is none of the API's.
    init?(_ path: some StringProtocol) {
        let parts = Substring(path).split(separator: "/").map { String($0) }
        switch (parts.first, parts.count) {
        case ("api", 1): self = .coreVersions
        case ("api", 2): self = .resources(group: "", version: parts[1])
        case ("api", _): self.init(group: "", version: parts[1], parts.dropFirst(2))
        case ("apis", 1): self = .groups
        case ("apis", 2): self = .group(parts[1])
        case ("apis", 3): self = .resources(group: parts[1], version: parts[2])
        case ("apis", _): self.init(group: parts[1], version: parts[2], parts.dropFirst(3))
        default: return nil
        }
    }

    private init?(group: String, version: String, _ parts: ArraySlice<String>) {
        var parts = parts
        var namespace: String?
        // `/api/v1/namespaces/default` is the namespace itself, not something in it.
        if parts.count >= 3, parts.first == "namespaces" {
            namespace = parts.dropFirst().first
            parts = parts.dropFirst(2)
        }
        guard let plural = parts.popFirst(), parts.count <= 2 else { return nil }
        let name = parts.popFirst()
        self = .objects(
            Target(
                group: group,
                version: version,
                namespace: namespace,
                plural: plural,
                name: name,
                subresource: parts.popFirst()
            )
        )
    }
}
