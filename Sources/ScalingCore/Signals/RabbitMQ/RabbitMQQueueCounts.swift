/// What a broker tells of one queue, or of several taken together.
public struct RabbitMQQueueCounts: Sendable, Equatable {
    /// How several queues become one.
    public enum Operation: String, Sendable, CaseIterable {
        case sum, avg, max
    }

    /// All of them, those that consumers hold included.
    public var messages: Int64
    /// Those that no consumer holds.
    public var ready: Int64
    /// Messages that come in, a second.
    public var publishRate: Double
    /// Messages that go out, a second.
    public var deliverGetRate: Double

    public init(messages: Int64, ready: Int64, publishRate: Double = 0, deliverGetRate: Double = 0) {
        self.messages = messages
        self.ready = ready
        self.publishRate = publishRate
        self.deliverGetRate = deliverGetRate
    }

    /// Several queues as one; none is an empty queue.
    public init(_ queues: [RabbitMQQueueCounts], _ operation: Operation) {
        self.init(messages: 0, ready: 0)
        guard !queues.isEmpty else { return }
        for queue in queues {
            switch operation {
            case .sum, .avg:
                self.messages = self.messages.saturatingSum(queue.messages)
                self.ready = self.ready.saturatingSum(queue.ready)
                self.publishRate += queue.publishRate
                self.deliverGetRate += queue.deliverGetRate
            case .max:
                self.messages = Swift.max(self.messages, queue.messages)
                self.ready = Swift.max(self.ready, queue.ready)
                self.publishRate = Swift.max(self.publishRate, queue.publishRate)
                self.deliverGetRate = Swift.max(self.deliverGetRate, queue.deliverGetRate)
            }
        }
        guard operation == .avg else { return }
        self.messages /= Int64(queues.count)
        self.ready /= Int64(queues.count)
        self.publishRate /= Double(queues.count)
        self.deliverGetRate /= Double(queues.count)
    }
}
