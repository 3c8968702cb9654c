import StructuredData

extension RedisConnection.Server {
    /// Reads the fields that the Redis triggers have in common.
    init(_ metadata: MetadataReader) {
        self.init()
        let address = metadata.list("address", from: .anywhere) + metadata.list("addresses", from: .anywhere)
        let hosts = metadata.list("host", from: .anywhere) + metadata.list("hosts", from: .anywhere)
        let ports = metadata.list("port", from: .anywhere) + metadata.list("ports", from: .anywhere)
        if let first = address.first {
            self.read(first, metadata)
        } else if let host = hosts.first {
            self.read("\(host):\(ports.first ?? "6379")", metadata)
        } else if !metadata.problems.contains(where: { $0.path.hasSuffix("FromEnv") }) {
            metadata.report(
                "is required, or host and port: in metadata, from the environment, or by authenticationRef",
                at: "address"
            )
        }
        self.username = metadata.text("username", from: .anywhere)
        self.password = metadata.text("password", from: .anywhere)
        self.database = metadata.integer("databaseIndex", in: 0...65_535, default: 0)
        self.trust = Self.trust(metadata)
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
