/// What to find out about a consumer group.
public struct KafkaGroupQuery: Sendable {
    public var group: String
    /// Empty for every topic that the group ever committed an offset of.
    public var topics: [String]
    /// Which partitions count; `nil` for all.
    public var includes: (@Sendable (Int32) -> Bool)?
    /// Whether the beginnings of the logs matter too.
    public var wantsLogStart: Bool

    public init(
        group: String,
        topics: [String],
        includes: (@Sendable (Int32) -> Bool)? = nil,
        wantsLogStart: Bool = false
    ) {
        self.group = group
        self.topics = topics
        self.includes = includes
        self.wantsLogStart = wantsLogStart
    }

    /// What two queries must have in common to share an answer; which partitions count shows in the answer itself.
    struct Key: Hashable, Sendable {
        let group: String
        let topics: [String]
        let wantsLogStart: Bool
    }

    var key: Key { Key(group: self.group, topics: self.topics, wantsLogStart: self.wantsLogStart) }
}

/// How far a group has come in one partition.
public struct KafkaPartitionProgress: Sendable, Hashable {
    public var partition: KafkaPartition
    /// The offset of the next message to read; `nil` when the group never committed one.
    public var committed: Int64?
    /// Offset of the oldest message that is still there; `nil` when it was not asked for.
    public var logStart: Int64?
    /// Where the next message will go; `nil` when the cluster has no such partition.
    public var logEnd: Int64?

    public init(partition: KafkaPartition, committed: Int64?, logStart: Int64? = nil, logEnd: Int64?) {
        self.partition = partition
        self.committed = committed
        self.logStart = logStart
        self.logEnd = logEnd
    }
}
