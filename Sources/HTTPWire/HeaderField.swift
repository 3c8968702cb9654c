/// One field line of a parsed head.
public struct HeaderField: Sendable {
    let nameStart: UInt16
    let nameCount: UInt16
    let valueStart: UInt16
    let valueCount: UInt16
    public let header: KnownHeader
    /// Whether a Connection field of the same head names this one, and may.
    public internal(set) var isListedInConnection = false

    @inline(__always)
    init(header: KnownHeader, name: ByteRange, value: ByteRange) {
        self.header = header
        self.nameStart = UInt16(truncatingIfNeeded: name.lower)
        self.nameCount = UInt16(truncatingIfNeeded: name.count)
        self.valueStart = UInt16(truncatingIfNeeded: value.lower)
        self.valueCount = UInt16(truncatingIfNeeded: value.count)
    }

    public var name: ByteRange {
        ByteRange(Int(self.nameStart), Int(self.nameStart) &+ Int(self.nameCount))
    }

    /// The value without the blanks around it.
    public var value: ByteRange {
        ByteRange(Int(self.valueStart), Int(self.valueStart) &+ Int(self.valueCount))
    }

    /// Whether the field is for the next machine only and must not be handed on.
    public var isHopByHop: Bool {
        self.isListedInConnection || KnownHeaderSet.hopByHop.contains(self.header)
    }
}
