/// Walks over the tokens of a comma-separated list; empty elements are skipped.
struct TokenList {
    private let base: UnsafeRawPointer
    private var position: Int
    private let end: Int

    init(_ base: UnsafeRawPointer, _ value: ByteRange) {
        self.base = base
        self.position = value.start
        self.end = value.end
    }

    mutating func next() throws(WireFault) -> ByteRange? {
        while self.position < self.end {
            let byte = self.base.byte(self.position)
            guard byte == Byte.comma || Byte.isBlank(byte) else { break }
            self.position += 1
        }
        guard self.position < self.end else { return nil }
        let start = self.position
        let tokenEnd = ByteScan.token(self.base, from: start, to: self.end)
        self.position = tokenEnd
        while self.position < self.end, Byte.isBlank(self.base.byte(self.position)) { self.position += 1 }
        let isWhole = self.position == self.end || self.base.byte(self.position) == Byte.comma
        guard tokenEnd > start, isWhole else { throw .malformedConnection }
        return ByteRange(start, tokenEnd)
    }
}
