/// Where a scaler is, whom to trust there, and who to be.
struct ExternalServer: Sendable, Hashable {
    var host: String
    var port: Int
    var usesTLS = false
    var verifiesServer = true
    /// In PEM, as the others.
    var certificateAuthority: String?
    var certificate: String?
    var key: String?

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// What errors call it.
    var address: String { "\(self.host):\(self.port)" }

    /// Takes `host:port`, `[::1]:port`, and gRPC's `dns:///host:port` apart.
    static func place(_ text: String) -> (host: String, port: Int)? {
        var rest = Substring(text)
        for scheme in ["dns:///", "passthrough:///", "dns:"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            break
        }
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        let host = rest[..<colon].filter { $0 != "[" && $0 != "]" }
        return host.isEmpty || host.contains("/") ? nil : (host, port)
    }
}
