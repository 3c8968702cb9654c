/// Puts the head of an answer together from the lines that libcurl hands over.
struct HeadReader {
    /// Bytes that a head may have before it is refused.
    static let limit = 256 * 1024

    /// 0 before the first line.
    private(set) var status = 0
    private(set) var headers = HTTPClientHeaders()
    private(set) var isComplete = false
    private var length = 0

    /// 100 to 199: another head follows.
    var isInterim: Bool { (100..<200).contains(self.status) && self.status != 101 }
    /// One that libcurl would follow.
    var isRedirect: Bool { (300..<400).contains(self.status) && self.headers["location"] != nil }
    var isOverLimit: Bool { self.length > Self.limit }

    /// - Parameter line: With its line end.
    /// - Returns: `false` when the line does not belong into a head or breaks the limit.
    mutating func read(_ line: UnsafeRawBufferPointer) -> Bool {
        self.length += line.count
        guard !self.isOverLimit else { return false }
        let text = String(decoding: line, as: UTF8.self).trimmingTrailing { $0 == 0x0D || $0 == 0x0A }
        if self.status == 0 || self.isComplete { return self.readStatusLine(text) }
        if text.isEmpty {
            self.isComplete = true
            return true
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let value = text[text.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        self.headers.add(String(text[..<colon]), String(value).trimmingTrailing { $0 == 0x20 || $0 == 0x09 })
        return true
    }

    /// A further status line begins a further answer, after an interim one or a redirection.
    private mutating func readStatusLine(_ text: String) -> Bool {
        let parts = text.split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), let status = Int(parts[1]) else { return false }
        self.status = status
        self.headers = HTTPClientHeaders()
        self.isComplete = false
        self.length = text.utf8.count
        return true
    }
}

extension String {
    fileprivate func trimmingTrailing(_ isTrimmed: (UInt8) -> Bool) -> String {
        guard let last = self.utf8.lastIndex(where: { !isTrimmed($0) }) else { return "" }
        return String(self[...last])
    }
}
