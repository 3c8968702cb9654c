/// Where the parsing of a head stands between two arrivals of bytes.
///
/// Lines are parsed whole. A line whose end has not come yet is tried once; after that only the new bytes are searched
/// for its line feed, so a head that arrives byte by byte costs no more than three looks at each byte.
struct HeadScan {
    enum Stage: UInt8 { case startLine, fields, done }

    var stage = Stage.startLine
    /// Where the line that comes next begins.
    var position = 0
    /// How far the line at `position` has been searched for its end.
    private var searched = 0

    /// Whether the line that was incomplete last time still is.
    mutating func isWaiting(_ base: UnsafeRawPointer, end: Int) -> Bool {
        guard self.searched > self.position else { return false }
        let lineFeed = ByteScan.lineFeed(base, from: min(self.searched, end), to: end)
        self.searched = lineFeed
        return lineFeed == end
    }

    mutating func lineIsIncomplete(end: Int) {
        self.searched = end
    }
}
