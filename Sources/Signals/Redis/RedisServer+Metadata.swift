import StructuredData

extension RedisConnection.Server {
    /// Reads the fields that the Redis triggers have in common.
    ///
    /// - Returns: One for each address, at least one.
    static func all(_ metadata: MetadataReader) -> [Self] {
        let addresses = Self.addresses(metadata)
        if addresses.isEmpty, !metadata.problems.contains(where: { $0.path.hasSuffix("FromEnv") }) {
            metadata.report(
                "is required, or host and port: in metadata, from the environment, or by authenticationRef",
                at: "address"
            )
        }
        var common = Self()
        common.username = metadata.text("username", from: .anywhere)
        common.password = metadata.text("password", from: .anywhere)
        common.database = metadata.integer("databaseIndex", in: 0...65_535, default: 0)
        common.trust = Self.trust(metadata)
        guard !addresses.isEmpty else { return [common] }
        return addresses.map { address in
            var server = common
            server.read(address, metadata)
            return server
        }
    }

    private static func addresses(_ metadata: MetadataReader) -> [String] {
        func list(_ name: String, _ plural: String) -> [String] {
            metadata.list(name, from: .anywhere) + metadata.list(plural, from: .anywhere)
        }
        let addresses = list("address", "addresses")
        let (hosts, ports) = (list("host", "hosts"), list("port", "ports"))
        guard addresses.isEmpty else { return addresses }
        if ports.count > 1, ports.count != hosts.count {
            metadata.report("has \(ports.count) ports for \(hosts.count) hosts", at: "ports")
        }
        return hosts.enumerated().map { index, host in
            "\(host):\(ports.count == hosts.count ? ports[index] : ports.first ?? "6379")"
        }
    }

    private mutating func read(_ address: String, _ metadata: MetadataReader) {
        guard let colon = address.lastIndex(of: ":"), let port = Int(address[address.index(after: colon)...]),
            (1...65_535).contains(port), colon != address.startIndex
        else {
            metadata.report("is '\(address)', but must be a host and a port, as redis.default.svc:6379", at: "address")
            return
        }
        self.host = String(address[..<colon]).filter { $0 != "[" && $0 != "]" }
        self.port = port
    }

    private static func trust(_ metadata: MetadataReader) -> HTTPClients.Trust? {
        let inMetadata = metadata.flag("enableTLS")
        let inCredentials = metadata.text("tls", from: .credentials)
        if let inCredentials, inCredentials != "enable", inCredentials != "disable" {
            metadata.report("is '\(inCredentials)', but must be 'enable' or 'disable'", at: "tls")
        }
        metadata.refuse("keyPassword", from: .credentials, because: "give the key without a password")
        var trust = HTTPClients.Trust()
        trust.verifiesServer = !metadata.flag("unsafeSsl")
        trust.certificateAuthority = metadata.text("ca", from: .credentials)
        trust.certificate = metadata.text("cert", from: .credentials)
        trust.key = metadata.text("key", from: .credentials)
        return inMetadata || inCredentials == "enable" ? trust : nil
    }
}
