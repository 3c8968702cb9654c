/// Many strings of bytes in one piece of memory.
public struct StringTable: Equatable {
    /// All strings, one behind another.
    private(set) var bytes: [UInt8] = []
    /// Where each string ends.
    private(set) var ends: [Int] = []

    public init() {}

    /// - Parameters:
    ///   - starts: Where each string begins in `bytes`, ascending; each ends where the next begins.
    init(bytes: [UInt8], starts: [Int]) {
        self.bytes = bytes
        self.ends = Array(starts.dropFirst())
        if !starts.isEmpty { self.ends.append(bytes.count) }
    }

    public var count: Int { self.ends.count }

    /// The bytes of one string.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        self.bytes[(index == 0 ? 0 : self.ends[index - 1])..<self.ends[index]]
    }

    public mutating func append(_ string: some Collection<UInt8>) {
        self.bytes.append(contentsOf: string)
        self.ends.append(self.bytes.count)
    }

    mutating func reserve(count: Int, byteCount: Int) {
        self.ends.reserveCapacity(count)
        self.bytes.reserveCapacity(byteCount)
    }
}
