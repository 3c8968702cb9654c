public import StructuredData

/// How single requests are gathered into batches in front of the server.
public struct BatcherSpec: Sendable, Equatable {
    public var maxBatchSize: Int?
    public var maxLatencyMilliseconds: Int?
    /// The batcher as it was written.
    public let json: JSONValue

    init(reading reader: FieldReader) {
        self.json = .object(reader.object)
        self.maxBatchSize = reader.int("maxBatchSize", in: 1...Int(Int32.max))
        self.maxLatencyMilliseconds = reader.int("maxLatency", in: 1...Int(Int32.max))
        _ = reader.int("timeout", in: 0...Int(Int32.max))
        reader.refuseUnknownMembers()
    }
}
