public import StructuredData

/// Topics of a Kafka cluster that a predictor works on.
public struct KafkaQueueSpec: Sendable, Equatable {
    public enum SASL: String, Sendable, CaseIterable {
        case none, plaintext
        case scramSHA256 = "scram_sha256"
        case scramSHA512 = "scram_sha512"
        case oauthBearer = "oauthbearer"
    }

    public enum TLS: String, Sendable, CaseIterable {
        case enable, disable
    }

    /// Where a group that never committed begins to read.
    public enum OffsetResetPolicy: String, Sendable, CaseIterable {
        case earliest, latest
    }

    /// `broker-1:9092,broker-2:9092`.
    public var bootstrapServers: String
    public var topic: String
    public var consumerGroup: String
    /// `nil` when nobody wants the results.
    public var resultTopic: String?
    /// Where messages go that cannot be worked on; `nil`: they stay, and the partition with them.
    public var deadLetterTopic: String?
    public var offsetResetPolicy: OffsetResetPolicy
    public var tls: TLS
    public var sasl: SASL
    /// Holds `username`, `password`, `ca`, `cert`, `key`, as a trigger of type `kafka` names them.
    public var authenticationRef: AuthenticationReference?

    public init(
        bootstrapServers: String,
        topic: String,
        consumerGroup: String,
        resultTopic: String? = nil,
        deadLetterTopic: String? = nil,
        offsetResetPolicy: OffsetResetPolicy = .earliest,
        tls: TLS = .disable,
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
        self.authenticationRef = authenticationRef
    }

    init(reading reader: FieldReader) {
        self.bootstrapServers = reader.requiredString("bootstrapServers")
        self.topic = reader.requiredString("topic")
        self.consumerGroup = reader.requiredString("consumerGroup")
        self.resultTopic = reader.string("resultTopic")
        self.deadLetterTopic = reader.string("deadLetterTopic")
        // Work that was there before the first replica is work.
        self.offsetResetPolicy = reader.choice("offsetResetPolicy") ?? .earliest
        self.tls = reader.choice("tls") ?? .disable
        self.sasl = reader.choice("sasl") ?? .none
        self.authenticationRef = reader.child("authenticationRef").map(AuthenticationReference.init(reading:))
        for (key, other) in [("resultTopic", self.resultTopic), ("deadLetterTopic", self.deadLetterTopic)] {
            guard let other, other == self.topic, !other.isEmpty else { continue }
            reader.report("is '\(other)', which the predictor reads from: it would work on its own output", at: key)
        }
        if self.sasl != .none, self.authenticationRef == nil {
            reader.report("is required, because 'sasl' is '\(self.sasl.rawValue)'", at: "authenticationRef")
        }
        reader.refuseUnknownMembers()
    }

    public var json: JSONValue {
        .object(ofPresent: [
            ("bootstrapServers", .string(self.bootstrapServers)), ("topic", .string(self.topic)),
            ("consumerGroup", .string(self.consumerGroup)), ("resultTopic", self.resultTopic.map { .string($0) }),
            ("deadLetterTopic", self.deadLetterTopic.map { .string($0) }),
            ("offsetResetPolicy", .string(self.offsetResetPolicy.rawValue)), ("tls", .string(self.tls.rawValue)),
            ("sasl", .string(self.sasl.rawValue)), ("authenticationRef", self.authenticationRef.map(\.json)),
        ])
    }
}
