/// Which cluster to talk to, and as whom.
///
/// Equal settings share connections.
public struct KafkaSettings: Sendable, Hashable {
    /// `host:port` of some brokers; the rest is learned from them.
    public var bootstrapServers: [String]
    /// `nil` for connections in the clear.
    public var tls: BrokerTLS?
    /// `nil` for brokers that ask for no name.
    public var sasl: KafkaSASL?
    /// What brokers' logs and quotas call this client.
    public var clientID: String

    public init(
        bootstrapServers: [String],
        tls: BrokerTLS? = nil,
        sasl: KafkaSASL? = nil,
        clientID: String = "pilotlight"
    ) {
        self.bootstrapServers = bootstrapServers
        self.tls = tls
        self.sasl = sasl
        self.clientID = clientID
    }

    /// Takes a list as manifests write it: `broker-1:9092, broker-2:9092`.
    public init(
        bootstrapServers list: String,
        tls: BrokerTLS? = nil,
        sasl: KafkaSASL? = nil,
        clientID: String = "pilotlight"
    ) {
        let servers = list.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
        self.init(bootstrapServers: servers, tls: tls, sasl: sasl, clientID: clientID)
    }

    /// What errors call the cluster.
    var subject: String { self.bootstrapServers.joined(separator: ",") }

    /// Names and values for librdkafka; some are secret.
    func properties() throws(MessagingError) -> [(name: String, value: String)] {
        guard !self.bootstrapServers.isEmpty else {
            throw MessagingError(.invalidSettings, "no Kafka bootstrap server is named")
        }
        if let problem = self.tls?.problem { throw MessagingError(.invalidSettings, problem) }
        var properties: [(name: String, value: String)] = [
            ("bootstrap.servers", self.bootstrapServers.joined(separator: ",")),
            ("client.id", self.clientID),
            ("security.protocol", self.securityProtocol),
            // A broker that is away is tried again soon, and not more often than every few seconds for long.
            ("reconnect.backoff.ms", "100"),
            ("reconnect.backoff.max.ms", "3000"),
            ("socket.connection.setup.timeout.ms", "5000"),
            ("socket.keepalive.enable", "true"),
            ("socket.nagle.disable", "true"),
            // Connections that come and go with idle services are no news.
            ("log.connection.close", "false"),
        ]
        if let tls {
            if let authority = tls.certificateAuthority { properties.append(("ssl.ca.pem", authority)) }
            if let certificate = tls.clientCertificate { properties.append(("ssl.certificate.pem", certificate)) }
            if let key = tls.clientKey { properties.append(("ssl.key.pem", key.value)) }
            if let password = tls.clientKeyPassword { properties.append(("ssl.key.password", password.value)) }
            if !tls.verifiesServer {
                properties.append(("enable.ssl.certificate.verification", "false"))
                properties.append(("ssl.endpoint.identification.algorithm", "none"))
            } else {
                properties.append(("ssl.endpoint.identification.algorithm", "https"))
            }
        }
        if let sasl { properties += sasl.properties }
        return properties
    }

    private var securityProtocol: String {
        switch (self.tls != nil, self.sasl != nil) {
        case (false, false): "plaintext"
        case (true, false): "ssl"
        case (false, true): "sasl_plaintext"
        case (true, true): "sasl_ssl"
        }
    }
}
