/// Which AMQP broker to talk to, and as whom.
///
/// Equal settings may share a connection.
public struct AMQPSettings: Sendable, Hashable {
    public var host: String
    public var port: UInt16
    public var virtualHost: String
    public var username: String
    public var password: Secret
    /// `nil` for a connection in the clear.
    public var tls: BrokerTLS?
    /// How long either side may be silent before the other takes it for dead.
    public var heartbeat: Duration
    /// What the broker's management pages call this client.
    public var connectionName: String

    public init(
        host: String,
        port: UInt16? = nil,
        virtualHost: String = "/",
        username: String = "guest",
        password: Secret = "guest",
        tls: BrokerTLS? = nil,
        heartbeat: Duration = .seconds(10),
        connectionName: String = "pilotlight"
    ) {
        self.host = host
        self.port = port ?? (tls == nil ? 5672 : 5671)
        self.virtualHost = virtualHost
        self.username = username
        self.password = password
        self.tls = tls
        self.heartbeat = heartbeat
        self.connectionName = connectionName
    }

    /// Reads `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.
    ///
    /// Parts that are left out have the usual values: port 5672 or 5671, virtual host `/`, `guest` and `guest`.
    public init(uri: String) throws(MessagingError) {
        guard let parts = AMQPURI(uri) else {
            throw MessagingError(
                .invalidSettings,
                "the address is not of the form amqp://user:password@host:port/vhost or amqps://..."
            )
        }
        self.init(
            host: parts.host,
            port: parts.port,
            virtualHost: parts.virtualHost ?? "/",
            username: parts.username ?? "guest",
            password: Secret(parts.password ?? "guest"),
            tls: parts.isSecure ? BrokerTLS() : nil
        )
    }

    /// What errors call the broker.
    var subject: String { "\(self.host):\(self.port)" }
}

/// The parts of an address in AMQP's URI form.
struct AMQPURI {
    var isSecure: Bool
    var host: String
    var port: UInt16?
    /// `nil` when the address has no path.
    var virtualHost: String?
    var username: String?
    var password: String?

    /// - Returns: `nil` when the text is no such address.
    init?(_ text: String) {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        switch text[..<scheme.lowerBound].lowercased() {
        case "amqp": self.isSecure = false
        case "amqps": self.isSecure = true
        default: return nil
        }
        let rest = text[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        if path.count > 1 {
            guard let name = String(path.dropFirst()).percentDecoded else { return nil }
            self.virtualHost = name
        }
        var address = authority
        if let sign = authority.lastIndex(of: "@") {
            let pair = authority[..<sign].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let username = String(pair[0]).percentDecoded else { return nil }
            self.username = username
            if pair.count == 2 {
                guard let password = String(pair[1]).percentDecoded else { return nil }
                self.password = password
            }
            address = authority[authority.index(after: sign)...]
        }
        guard let (host, port) = Self.endpoint(address) else { return nil }
        (self.host, self.port) = (host, port)
    }

    private static func endpoint(_ address: Substring) -> (host: String, port: UInt16?)? {
        var host = address
        var digits: Substring?
        if address.hasPrefix("[") {
            // An IPv6 address: `[::1]:5672`.
            guard let end = address.firstIndex(of: "]") else { return nil }
            host = address[address.index(after: address.startIndex)..<end]
            let tail = address[address.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            digits = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = address.firstIndex(of: ":") {
            host = address[..<colon]
            digits = address[address.index(after: colon)...]
        }
        guard !host.isEmpty else { return nil }
        guard let digits, !digits.isEmpty else { return (String(host), nil) }
        guard let port = UInt16(digits), port > 0 else { return nil }
        return (String(host), port)
    }
}

extension String {
    /// The text with `%2F` and its like resolved; `nil` when an escape is broken.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = self.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
