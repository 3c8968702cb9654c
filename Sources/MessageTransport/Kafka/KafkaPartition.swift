/// One partition of a topic.
public struct KafkaPartition: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var topic: String
    public var index: Int32

    public init(topic: String, index: Int32) {
        self.topic = topic
        self.index = index
    }

    public var description: String { "\(self.topic)[\(self.index)]" }

    public static func < (left: KafkaPartition, right: KafkaPartition) -> Bool {
        (left.topic, left.index) < (right.topic, right.index)
    }
}

/// A place in a partition: the offset of a message.
public struct KafkaPosition: Sendable, Hashable, CustomStringConvertible {
    public var partition: KafkaPartition
    public var offset: Int64

    public init(partition: KafkaPartition, offset: Int64) {
        self.partition = partition
        self.offset = offset
    }

    public var description: String { "\(self.partition)@\(self.offset)" }
}
