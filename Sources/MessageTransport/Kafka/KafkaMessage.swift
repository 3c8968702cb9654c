/// A named value beside a message; Kafka allows several of one name, and values that are no text.
public struct KafkaHeader: Sendable, Hashable {
    public var name: String
    /// `nil` is not the same as empty: Kafka keeps them apart.
    public var value: [UInt8]?

    public init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    public init(name: String, text: String) {
        self.init(name: name, value: Array(text.utf8))
    }

    /// The value as text; bytes that are no UTF-8 are replaced.
    public var text: String? { self.value.map { String(decoding: $0, as: UTF8.self) } }
}

/// A message as it was read from a partition.
public struct KafkaMessage: Sendable, Hashable {
    public var position: KafkaPosition
    public var key: [UInt8]?
    /// `nil` for a tombstone, which compaction takes as the deletion of the key.
    public var value: [UInt8]?
    public var headers: [KafkaHeader]
    /// Milliseconds since 1970 by the producer's or the broker's clock; `nil` when the topic keeps no times.
    public var timestampMilliseconds: Int64?

    public init(
        position: KafkaPosition,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        timestampMilliseconds: Int64? = nil
    ) {
        self.position = position
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMilliseconds = timestampMilliseconds
    }

    /// The first header of a name, as text.
    public func header(_ name: String) -> String? {
        self.headers.first { $0.name == name }?.text
    }
}

/// A message to write.
public struct KafkaRecord: Sendable, Hashable {
    public var topic: String
    /// `nil` lets the key choose, by the hash that Java's clients use; without a key any partition.
    public var partition: Int32?
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [KafkaHeader]

    public init(
        topic: String,
        partition: Int32? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
    }
}
