/// Bounds on a head, each with the status that exceeding it is answered with.
public struct HeadLimits: Sendable, Equatable {
    /// Bytes of the whole head, its last empty line included, at most 65535; else 431.
    public var headBytes: Int
    /// Field lines; else 431.
    public var fieldCount: Int
    /// Bytes of the request target; else 414.
    public var targetBytes: Int

    public init(headBytes: Int = 32_768, fieldCount: Int = 128, targetBytes: Int = 8192) {
        // Offsets into a head are kept as 16-bit numbers.
        precondition((16...65_535).contains(headBytes), "headBytes: \(headBytes)")
        precondition((1...65_535).contains(fieldCount), "fieldCount: \(fieldCount)")
        precondition(targetBytes > 0, "targetBytes: \(targetBytes)")
        self.headBytes = headBytes
        self.fieldCount = fieldCount
        self.targetBytes = targetBytes
    }
}
