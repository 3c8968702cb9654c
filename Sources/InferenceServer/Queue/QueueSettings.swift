/// What a consumer does with the messages of one broker.
public struct QueueSettings: Sendable {
    public var broker: any MessageBroker
    /// The topic or queue for results; `nil` when every message names its own.
    public var results: String?
    /// Where messages without a result go; `nil` when the error goes where the result would have gone.
    public var deadLetters: String?
    /// Messages that are predicted together.
    public var maximumBatch: Int
    /// How long the first message of a batch waits for others.
    public var gathering: Duration

    public init(
        broker: any MessageBroker,
        results: String?,
        deadLetters: String?,
        maximumBatch: Int = 32,
        gathering: Duration = .milliseconds(5)
    ) {
        precondition(results != nil || deadLetters != nil, "a consumer needs a place for results or for dead letters")
        precondition(maximumBatch > 0, "maximumBatch: \(maximumBatch)")
        self.broker = broker
        self.results = results
        self.deadLetters = deadLetters
        self.maximumBatch = maximumBatch
        self.gathering = gathering
    }

    var limits: ConsumerLimits {
        var limits = ConsumerLimits()
        limits.maximumBatch = self.maximumBatch
        limits.maximumInFlight = self.maximumBatch * ConsumerLimits.batchesInFlight
        return limits
    }
}
