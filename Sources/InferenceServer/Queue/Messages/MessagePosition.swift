/// One way on which messages come in order, for as long as it is ours.
///
/// With Kafka a partition while it is assigned to us; with RabbitMQ a channel while it is open.
public struct MessageLane: Sendable, Hashable {
    /// The partition; 0 with RabbitMQ.
    public let number: Int32
    /// Tells a partition that came back from what it was before, and a channel from the one before it.
    public let epoch: Int

    public init(number: Int32, epoch: Int) {
        self.number = number
        self.epoch = epoch
    }
}

/// Where a message stands on its lane.
public struct MessagePosition: Sendable, Hashable {
    public let lane: MessageLane
    /// Kafka's offset or RabbitMQ's delivery tag: grows along the lane, with gaps.
    public let number: Int64

    public init(lane: MessageLane, number: Int64) {
        self.lane = lane
        self.number = number
    }
}
