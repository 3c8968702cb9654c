import Logging
import MessageTransport
import StructuredData

/// `queue.kafka`: topics to read from and to write to.
struct KafkaQueueConfiguration: Sendable, Equatable {
    let bootstrapServers: String
    let topic: String
    let consumerGroup: String
    let resultTopic: String
    let deadLetterTopic: String?
    let start: KafkaConsumerSettings.Start
    let sessionTimeoutSeconds: Double
    let tls: BrokerTLS?
    let sasl: KafkaSASL?

    private enum Start: String, CaseIterable { case earliest, latest }

    init(reading reader: FieldReader, credentials: QueueCredentials) {
        self.bootstrapServers = reader.requiredString("bootstrapServers")
        self.topic = reader.requiredString("topic")
        self.consumerGroup = reader.requiredString("consumerGroup")
        self.resultTopic = reader.requiredString("resultTopic")
        self.deadLetterTopic = reader.string("deadLetterTopic")
        self.start = reader.choice("offsetResetPolicy", as: Start.self) == .latest ? .latest : .earliest
        self.sessionTimeoutSeconds = reader.number("sessionTimeoutSeconds", in: 6...1800) ?? 10
        self.tls = Self.tls(reader, credentials)
        self.sasl = Self.sasl(reader, credentials)
        reader.pass(["authenticationRef", "secretRef", "version"])
        reader.refuseUnknownMembers()
        for (key, name) in [("resultTopic", self.resultTopic), ("deadLetterTopic", self.deadLetterTopic ?? "")]
        where !name.isEmpty && name == self.topic {
            reader.report("'\(name)' is the topic that is read from: the consumer would feed itself", at: key)
        }
    }

    private static func tls(_ reader: FieldReader, _ credentials: QueueCredentials) -> BrokerTLS? {
        let isSkipped = reader.bool("unsafeSsl") ?? false
        let isGiven = credentials.tls.certificateAuthority != nil || credentials.tls.clientCertificate != nil
        guard TLSSwitch.read("tls", from: reader) ?? isGiven else { return nil }
        var tls = credentials.tls
        tls.verifiesServer = !isSkipped
        if let problem = tls.problem { reader.report(problem, at: "tls") }
        return tls
    }

    private static func sasl(_ reader: FieldReader, _ credentials: QueueCredentials) -> KafkaSASL? {
        let mechanism = reader.string("sasl") ?? "none"
        let endpoint = reader.string("oauthTokenEndpointUri")
        let scopes = reader.string("scopes")?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        let oauth = endpoint.map { endpoint in
            KafkaOAuth(
                tokenEndpoint: endpoint,
                clientID: credentials.username ?? "",
                clientSecret: credentials.password ?? "",
                scopes: scopes
            )
        }
        do throws(MessagingError) {
            return try KafkaSASL(
                mechanism: mechanism,
                username: credentials.username,
                password: credentials.password,
                oauth: oauth
            )
        } catch {
            reader.report("\(error); they come from PILOTLIGHT_QUEUE_USERNAME and _PASSWORD", at: "sasl")
            return nil
        }
    }

    func broker(log: Logger) throws -> KafkaBroker {
        KafkaBroker(
            cluster: KafkaSettings(bootstrapServers: self.bootstrapServers, tls: self.tls, sasl: self.sasl),
            topic: self.topic,
            group: self.consumerGroup,
            start: self.start,
            sessionTimeout: .seconds(self.sessionTimeoutSeconds),
            log: log
        )
    }
}
