public import StructuredData

/// Where a predictor takes its work from and where its results go: `queue`, an addition of this program to KServe's
/// predictor.
///
/// One block gives both the consumption and the scaling: replicas follow what waits.
public struct QueueSpec: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        case kafka(KafkaQueueSpec)
        case rabbitmq(RabbitMQQueueSpec)
    }

    /// `nil` when neither was written.
    public var source: Source?
    /// Messages that one replica should have waiting.
    public var target: Int
    /// Messages above which there shall be a replica at all.
    public var activationTarget: Int
    /// Messages that are predicted together at most.
    public var maxBatch: Int
    /// How long a batch may wait for more messages.
    public var maxBatchDelayMilliseconds: Double
    /// Of the ScaledObject that follows the queue; `nil` for its default.
    public var pollingInterval: Int?
    /// Of the ScaledObject that follows the queue; `nil` for its default.
    public var cooldownPeriod: Int?

    public static let defaultTarget = 100
    public static let defaultMaxBatch = 32
    public static let defaultMaxBatchDelayMilliseconds = 5.0

    public init(
        source: Source?,
        target: Int = Self.defaultTarget,
        activationTarget: Int = 0,
        maxBatch: Int = Self.defaultMaxBatch,
        maxBatchDelayMilliseconds: Double = Self.defaultMaxBatchDelayMilliseconds,
        pollingInterval: Int? = nil,
        cooldownPeriod: Int? = nil
    ) {
        self.source = source
        self.target = target
        self.activationTarget = activationTarget
        self.maxBatch = maxBatch
        self.maxBatchDelayMilliseconds = maxBatchDelayMilliseconds
        self.pollingInterval = pollingInterval
        self.cooldownPeriod = cooldownPeriod
    }

    init(reading reader: FieldReader) {
        let most = Int(Int32.max)
        let kafka = reader.child("kafka").map(KafkaQueueSpec.init(reading:))
        let rabbitmq = reader.child("rabbitmq").map(RabbitMQQueueSpec.init(reading:))
        self.source = kafka.map(Source.kafka) ?? rabbitmq.map(Source.rabbitmq)
        self.target = reader.int("target", in: 1...most) ?? Self.defaultTarget
        self.activationTarget = reader.int("activationTarget", in: 0...most) ?? 0
        self.maxBatch = reader.int("maxBatch", in: 1...Self.largestBatch) ?? Self.defaultMaxBatch
        self.maxBatchDelayMilliseconds =
            reader.number("maxBatchDelayMilliseconds", in: 0...60_000) ?? Self.defaultMaxBatchDelayMilliseconds
        self.pollingInterval = reader.int("pollingInterval", in: 1...most)
        self.cooldownPeriod = reader.int("cooldownPeriod", in: 0...most)
        reader.refuseUnknownMembers()
        if kafka != nil, rabbitmq != nil {
            reader.report("has 'kafka' and 'rabbitmq', but must have one of them")
        } else if !reader.has("kafka"), !reader.has("rabbitmq") {
            reader.report("needs 'kafka' or 'rabbitmq'")
        }
    }

    private static let largestBatch = 65_536

    /// With every field, so that whoever gets it needs no defaults of its own.
    public var json: JSONValue {
        .object(ofPresent: [
            ("kafka", self.kafka.map(\.json)), ("rabbitmq", self.rabbitmq.map(\.json)),
            ("target", JSONValue(self.target)), ("activationTarget", JSONValue(self.activationTarget)),
            ("maxBatch", JSONValue(self.maxBatch)),
            ("maxBatchDelayMilliseconds", .number(self.maxBatchDelayMilliseconds)),
            ("pollingInterval", self.pollingInterval.map { JSONValue($0) }),
            ("cooldownPeriod", self.cooldownPeriod.map { JSONValue($0) }),
        ])
    }

    /// What the server that consumes has to know; scaling is not its business, nor are names of secrets.
    public var consumerJSON: JSONValue {
        var json: JSONValue = .object(ofPresent: [
            ("kafka", self.kafka.map(\.json)), ("rabbitmq", self.rabbitmq.map(\.json)),
            ("maxBatch", JSONValue(self.maxBatch)),
            ("maxBatchDelayMilliseconds", .number(self.maxBatchDelayMilliseconds)),
        ])
        for broker in ["kafka", "rabbitmq"] where json[broker] != nil { json[broker]?["authenticationRef"] = nil }
        return json
    }

    /// The trigger of a ScaledObject that follows the queue; `nil` when there is no source.
    public var trigger: TriggerSpec? {
        switch self.source {
        case .kafka(let kafka):
            TriggerSpec(
                type: "kafka",
                name: "queue",
                metadata: kafka.triggerMetadata(target: self.target, activationTarget: self.activationTarget),
                authenticationRef: kafka.authenticationRef
            )
        case .rabbitmq(let rabbitmq):
            TriggerSpec(
                type: "rabbitmq",
                name: "queue",
                metadata: rabbitmq.triggerMetadata(target: self.target, activationTarget: self.activationTarget),
                authenticationRef: rabbitmq.authenticationRef
            )
        case nil:
            nil
        }
    }

    public var kafka: KafkaQueueSpec? {
        guard case .kafka(let kafka) = self.source else { return nil }
        return kafka
    }

    public var rabbitmq: RabbitMQQueueSpec? {
        guard case .rabbitmq(let rabbitmq) = self.source else { return nil }
        return rabbitmq
    }

    /// Credentials, for consumption and scaling alike; `nil` for none.
    public var authenticationRef: AuthenticationReference? {
        self.kafka?.authenticationRef ?? self.rabbitmq?.authenticationRef
    }
}
