public import StructuredData

/// Topics of a Kafka cluster that a predictor works on.
public struct KafkaQueueSpec: Sendable, Equatable {
    public enum SASL: String, Sendable, CaseIterable {
        case none, plaintext
        case scramSHA256 = "scram_sha256"
        case scramSHA512 = "scram_sha512"
        case oauthBearer = "oauthbearer"
    }

    /// Where a group that never committed begins to read.
    public enum OffsetResetPolicy: String, Sendable, CaseIterable {
        case earliest, latest
    }

    /// `broker-1:9092,broker-2:9092`.
    public var bootstrapServers: String
    public var topic: String
    public var consumerGroup: String
    public var resultTopic: String
    /// Where messages go that cannot be worked on; `nil`: their errors go where their results would have gone.
    public var deadLetterTopic: String?
    public var offsetResetPolicy: OffsetResetPolicy
    public var tls: QueueTLS
    public var sasl: SASL
    /// For `oauthbearer`: where tokens come from.
    public var oauthTokenEndpointUri: String?
    /// For `oauthbearer`, comma-separated.
    public var scopes: String?
    /// After how long without a sign of life a replica's partitions go to the others.
    public var sessionTimeoutSeconds: Double?
    /// Holds `username`, `password`, `ca`, `cert`, `key`, as a trigger of type `kafka` names them.
    public var authenticationRef: AuthenticationReference?

    public init(
        bootstrapServers: String,
        topic: String,
        consumerGroup: String,
        resultTopic: String,
        deadLetterTopic: String? = nil,
        offsetResetPolicy: OffsetResetPolicy = .earliest,
        tls: QueueTLS = QueueTLS(),
        sasl: SASL = .none,
        authenticationRef: AuthenticationReference? = nil
    ) {
        self.bootstrapServers = bootstrapServers
        self.topic = topic
        self.consumerGroup = consumerGroup
        self.resultTopic = resultTopic
        self.deadLetterTopic = deadLetterTopic
        self.offsetResetPolicy = offsetResetPolicy
        self.tls = tls
        self.sasl = sasl
        self.oauthTokenEndpointUri = nil
        self.scopes = nil
        self.sessionTimeoutSeconds = nil
        self.authenticationRef = authenticationRef
    }

    init(reading reader: FieldReader) {
        self.bootstrapServers = reader.requiredString("bootstrapServers")
        self.topic = reader.requiredString("topic")
        self.consumerGroup = reader.requiredString("consumerGroup")
        self.resultTopic = reader.requiredString("resultTopic")
        self.deadLetterTopic = reader.string("deadLetterTopic")
        // Work that was there before the first replica is work.
        self.offsetResetPolicy = reader.choice("offsetResetPolicy") ?? .earliest
        self.tls = QueueTLS(reading: reader)
        self.sasl = reader.choice("sasl") ?? .none
        self.oauthTokenEndpointUri = reader.string("oauthTokenEndpointUri")
        self.scopes = reader.string("scopes")
        self.sessionTimeoutSeconds = reader.number("sessionTimeoutSeconds", in: 6...1800)
        self.authenticationRef = reader.child("authenticationRef").map(AuthenticationReference.init(reading:))
        for (key, other) in [("resultTopic", self.resultTopic), ("deadLetterTopic", self.deadLetterTopic ?? "")] {
            guard other == self.topic, !other.isEmpty else { continue }
            reader.report("is '\(other)', which the predictor reads from: it would work on its own output", at: key)
        }
        if self.sasl != .none, self.authenticationRef == nil {
            reader.report("is required, because 'sasl' is '\(self.sasl.rawValue)'", at: "authenticationRef")
        }
        reader.refuseUnknownMembers()
    }

    public var json: JSONValue {
        .object(
            ofPresent: [
                ("bootstrapServers", .string(self.bootstrapServers)), ("topic", .string(self.topic)),
                ("consumerGroup", .string(self.consumerGroup)), ("resultTopic", .string(self.resultTopic)),
                ("deadLetterTopic", self.deadLetterTopic.map { .string($0) }),
                ("offsetResetPolicy", .string(self.offsetResetPolicy.rawValue)),
            ] + self.tls.members + [
                ("sasl", self.sasl == .none ? JSONValue?.none : .string(self.sasl.rawValue)),
                ("oauthTokenEndpointUri", self.oauthTokenEndpointUri.map { .string($0) }),
                ("scopes", self.scopes.map { .string($0) }),
                ("sessionTimeoutSeconds", self.sessionTimeoutSeconds.map { .number($0) }),
                ("authenticationRef", self.authenticationRef.map(\.json)),
            ]
        )
    }
}

extension KafkaQueueSpec {
    /// The metadata of a trigger that follows the topic.
    func triggerMetadata(target: Int, activationTarget: Int) -> [String: String] {
        var metadata = [
            "bootstrapServers": self.bootstrapServers, "topic": self.topic, "consumerGroup": self.consumerGroup,
            "lagThreshold": "\(target)", "activationLagThreshold": "\(activationTarget)",
            "offsetResetPolicy": self.offsetResetPolicy.rawValue,
        ]
        if self.tls.isOn { metadata["tls"] = "enable" }
        if self.tls.isUnsafe { metadata["unsafeSsl"] = "true" }
        if self.sasl != .none { metadata["sasl"] = self.sasl.rawValue }
        metadata["oauthTokenEndpointUri"] = self.oauthTokenEndpointUri
        metadata["scopes"] = self.scopes
        return metadata
    }
}
