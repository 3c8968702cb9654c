/// What a `rabbitmq` trigger scales on, from what the broker counts.
public struct RabbitMQLoad: Sendable, Equatable {
    /// What the trigger's `mode` names.
    public enum Mode: String, Sendable, CaseIterable {
        case queueLength = "QueueLength"
        case messageRate = "MessageRate"
        case deliverGetRate = "DeliverGetRate"
        case publishedToDeliveredRatio = "PublishedToDeliveredRatio"
        case expectedQueueConsumptionTime = "ExpectedQueueConsumptionTime"

        /// Whether AMQP alone tells it; the other modes need the management API.
        public var isKnownToAMQP: Bool { self == .queueLength }
    }

    public var mode: Mode
    /// What the number must exceed for the queue to want a replica at all.
    public var activation: Double
    /// Counts only messages that no consumer holds.
    public var excludesUnacknowledged: Bool

    public init(mode: Mode = .queueLength, activation: Double = 0, excludesUnacknowledged: Bool = false) {
        self.mode = mode
        self.activation = activation
        self.excludesUnacknowledged = excludesUnacknowledged
    }

    /// The number to scale on and whether the queue wants a replica.
    public func measure(_ queue: RabbitMQQueueCounts) -> (value: Double, isActive: Bool) {
        let messages = Double(self.excludesUnacknowledged ? queue.ready : queue.messages)
        let (published, delivered) = (queue.publishRate, queue.deliverGetRate)
        let a = self.activation
        switch self.mode {
        case .queueLength:
            return (messages, messages > a)
        case .messageRate:
            return (published, published > a || messages > a)
        case .deliverGetRate:
            return (delivered, delivered > a)
        case .publishedToDeliveredRatio:
            // Messages come and nobody takes them: no ratio says that.
            guard delivered > 0 else { return published > 0 ? (a, true) : (0, false) }
            return (published / delivered, published / delivered > a)
        case .expectedQueueConsumptionTime:
            guard messages > 0 else { return (0, false) }
            guard delivered > 0 else { return (a, true) }
            let value = (published - delivered) / delivered + messages / delivered
            return (value, value > a)
        }
    }
}
