extension WireWriter {
    /// At most the bytes of a chunk's size line, for any chunk.
    public static let chunkHeadCapacity = 18

    /// Appends the line that announces a chunk; the data and a CR LF must follow.
    ///
    /// - Parameter dataCount: Above zero: a chunk of size zero would end the body.
    public mutating func appendChunkHead(dataCount: Int) {
        precondition(dataCount > 0, "a chunk of \(dataCount) bytes")
        self.append(hexadecimal: UInt64(dataCount))
        self.append("\r\n")
    }

    /// What ends a chunked body without trailers: the chunk of size zero and an empty line.
    public static let lastChunk: StaticString = "0\r\n\r\n"
}
