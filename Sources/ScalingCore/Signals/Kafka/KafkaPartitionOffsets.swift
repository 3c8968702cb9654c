/// What is known of one partition of a topic and of how far a consumer group has read it.
public struct KafkaPartitionOffsets: Sendable, Equatable {
    public var topic: String
    public var partition: Int32
    /// What the group committed; `nil` or negative when it never did.
    public var committed: Int64?
    /// The oldest message that is still there; `nil` when it was not asked for.
    public var logStart: Int64?
    /// Where the next message will go; `nil` when the cluster has no such partition.
    public var logEnd: Int64?

    public init(topic: String, partition: Int32, committed: Int64?, logStart: Int64? = nil, logEnd: Int64?) {
        self.topic = topic
        self.partition = partition
        self.committed = committed
        self.logStart = logStart
        self.logEnd = logEnd
    }
}
