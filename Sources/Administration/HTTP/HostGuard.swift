/// Decides by the `Host` header whether a request was meant for this server.
struct HostGuard: Sendable {
    private let names: Set<String>

    init(allowedHosts: Set<String>) {
        self.names = Set(allowedHosts.map { $0.lowercased() }).union(["localhost"])
    }

    /// - Parameter authority: The header's value, a name or an address with or without a port.
    ///
    /// Any address is fine: only a name can be made to point here by someone else.
    func allows(_ authority: String) -> Bool {
        guard let host = Self.host(of: authority) else { return false }
        return self.names.contains(host) || Self.isAddress(host)
    }

    /// The host in lower case, without port and without the final dot of a full name; `nil` when it is malformed.
    private static func host(of authority: String) -> String? {
        var host = authority.lowercased()[...]
        if host.hasPrefix("[") {
            guard let end = host.firstIndex(of: "]") else { return nil }
            guard Self.isPort(host[host.index(after: end)...]) else { return nil }
            return String(host[...end])
        }
        if let colon = host.firstIndex(of: ":") {
            guard Self.isPort(host[colon...]) else { return nil }
            host = host[..<colon]
        }
        if host.hasSuffix(".") { host = host.dropLast() }
        return host.isEmpty ? nil : String(host)
    }

    /// Nothing, or a colon and digits.
    private static func isPort(_ text: Substring) -> Bool {
        text.isEmpty || text.first == ":" && text.dropFirst().utf8.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }

    private static func isAddress(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().utf8.allSatisfy {
                $0 &- UInt8(ascii: "0") < 10 || $0 &- UInt8(ascii: "a") < 6 || $0 == UInt8(ascii: ":")
                    || $0 == UInt8(ascii: ".")
            }
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { part in UInt8(part) != nil && part.utf8.count <= 3 }
    }
}
