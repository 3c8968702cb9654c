import MessageTransport
import ScalingCore

extension RabbitMQTrigger {
    struct Configuration: Sendable {
        enum Source: Sendable {
            case amqp(AMQPSettings)
            case management(RabbitMQAddress)
        }

        private enum WireProtocol: String, CaseIterable {
            case auto, amqp, http
        }

        let source: Source
        /// A name, or a regular expression.
        let queueName: String
        /// How several queues become one; `nil` when `queueName` is a name.
        let operation: RabbitMQQueueCounts.Operation?
        let pageSize: Int
        let load: RabbitMQLoad
        let target: Double
        let timeout: Duration

        init(_ metadata: MetadataReader) {
            let address = Self.address(metadata)
            let usesAMQP = Self.usesAMQP(metadata, address)
            let (mode, target) = Self.modeAndTarget(metadata)
            let operation = metadata.choice("operation", default: RabbitMQQueueCounts.Operation.sum)
            let usesRegex = metadata.flag("useRegex")
            self.queueName = metadata.requiredText("queueName")
            self.operation = usesRegex ? operation : nil
            self.pageSize = metadata.integer("pageSize", in: 1...500, default: 100)
            self.target = target
            self.timeout = metadata.timeout(default: .seconds(3))
            self.load = RabbitMQLoad(
                mode: mode,
                activation: metadata.number("activationValue", in: 0 ... .infinity, default: 0),
                excludesUnacknowledged: metadata.flag("excludeUnacknowledged")
            )
            if usesAMQP {
                if !mode.isKnownToAMQP {
                    metadata.report("is '\(mode.rawValue)', which only the management API knows: http", at: "mode")
                }
                if usesRegex { metadata.report("needs the management API: http", at: "useRegex") }
                if address.oauth != nil { metadata.report("needs the management API: http", at: "oauthTokenURI") }
                self.source = .amqp(address.amqp)
            } else {
                if address.tls.clientKeyPassword != nil {
                    metadata.report("is not supported over http: give the key decrypted", at: "keyPassword")
                }
                self.source = .management(address)
            }
            metadata.pass("metricName")
            for key in ["workloadIdentityResource", "workloadIdentityClientID"] {
                metadata.refuse(key, because: "use username and password")
            }
        }

        private static func address(_ metadata: MetadataReader) -> RabbitMQAddress {
            let text = metadata.requiredText("host", from: .anywhere)
            let tls = BrokerTLS(metadata)
            let isEnabled = metadata.choice("tls", from: [.credentials, .metadata], default: BrokerTLS.Switch.disable)
            var address = RabbitMQAddress(text, tls: tls, wantsTLS: isEnabled == .enable)
            if address == nil, !text.isEmpty {
                metadata.report(
                    "must be an address as amqp://user:password@host:5672/vhost or http://user:password@host:15672/vhost",
                    at: "host"
                )
            }
            if let name = metadata.text("vhostName", from: [.metadata, .credentials]) { address?.virtualHost = name }
            let origins: MetadataReader.Origins = .anywhere
            if let username = metadata.text("username", from: origins) { address?.username = username }
            if let password = metadata.text("password", from: origins) { address?.password = Secret(password) }
            address?.oauth = Self.oauth(metadata)
            return address ?? .nowhere
        }

        /// `nil` when nothing is said of OAuth.
        private static func oauth(_ metadata: MetadataReader) -> OAuthGrant? {
            let origins: MetadataReader.Origins = [.credentials, .metadata]
            let isWanted = ["oauthTokenURI", "clientID"].contains { metadata.text($0, from: origins) != nil }
            return isWanted ? OAuthGrant(metadata, from: origins) : nil
        }

        private static func usesAMQP(_ metadata: MetadataReader, _ address: RabbitMQAddress) -> Bool {
            switch metadata.choice("protocol", default: WireProtocol.auto) {
            case .auto: return !address.isHTTP
            case .amqp:
                if address.isHTTP {
                    metadata.report("must begin with amqp:// or amqps://, as protocol says", at: "host")
                }
                return true
            case .http:
                if !address.isHTTP {
                    metadata.report("must begin with http:// or https://, as protocol says", at: "host")
                }
                return false
            }
        }

        private static func modeAndTarget(_ metadata: MetadataReader) -> (RabbitMQLoad.Mode, Double) {
            let mode = metadata.choice("mode", default: RabbitMQLoad.Mode.queueLength)
            let hasMode = metadata.text("mode") != nil
            let hasValue = metadata.text("value") != nil
            if metadata.text("queueLength") != nil {
                if hasMode || hasValue {
                    metadata.report("is the old form of mode and value; give one of the two forms", at: "queueLength")
                }
                return (.queueLength, metadata.target("queueLength", default: 20))
            }
            if hasMode != hasValue {
                metadata.report("is required: mode and value go together", at: hasMode ? "value" : "mode")
            }
            return (mode, metadata.target("value", default: 20))
        }
    }
}

/// Where a broker or its management API is, and who asks.
struct RabbitMQAddress: Sendable, Hashable {
    var isHTTP: Bool
    /// `http://host:port` with what comes before the virtual host in the path, or empty for AMQP.
    var base: String
    var host: String
    var port: UInt16?
    var virtualHost: String
    var username: String
    var password: Secret
    var tls: BrokerTLS
    var usesTLS: Bool
    /// Where to get a token that takes the place of name and password.
    var oauth: OAuthGrant?

    /// Stands for an address that cannot be read, which was reported.
    static let nowhere = RabbitMQAddress(
        isHTTP: false,
        base: "",
        host: "",
        port: nil,
        virtualHost: "/",
        username: "",
        password: "",
        tls: BrokerTLS(),
        usesTLS: false
    )

    var amqp: AMQPSettings {
        AMQPSettings(
            host: self.host,
            port: self.port,
            virtualHost: self.virtualHost,
            username: self.username,
            password: self.password,
            tls: self.usesTLS ? self.tls : nil
        )
    }
}

extension RabbitMQAddress {
    /// - Returns: `nil` when the text is no such address.
    init?(_ text: String, tls: BrokerTLS, wantsTLS: Bool) {
        if let settings = try? AMQPSettings(uri: text) {
            let isSecure = settings.tls != nil || wantsTLS
            self.init(
                isHTTP: false,
                base: "",
                host: settings.host,
                port: settings.port,
                virtualHost: settings.virtualHost,
                username: settings.username,
                password: settings.password,
                tls: tls,
                usesTLS: isSecure
            )
            return
        }
        guard URLText.isHTTP(text), let scheme = text.firstRange(of: "://") else { return nil }
        // The rest has the form of an AMQP address, except that the path may lead to the API before the virtual host.
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        var path = rest.dropFirst(authority.count).prefix { $0 != "?" }.split(separator: "/").map(String.init)
        let name = path.popLast() ?? ""
        guard let parts = try? AMQPSettings(uri: "amqp://\(authority)/\(name)") else { return nil }
        let server = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        let prefix = path.isEmpty ? "" : "/" + path.joined(separator: "/")
        self.init(
            isHTTP: true,
            base: "\(text[..<scheme.lowerBound].lowercased())://\(server)\(prefix)",
            host: parts.host,
            port: nil,
            virtualHost: parts.virtualHost,
            username: parts.username,
            password: parts.password,
            tls: tls,
            usesTLS: false
        )
    }
}
