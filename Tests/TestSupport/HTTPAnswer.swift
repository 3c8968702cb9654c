import Foundation

/// A response as a test reads it: slow, strict and independent of the code under test.
public struct HTTPAnswer: Sendable {
    public let status: Int
    public let head: String
    public let fields: [String: String]
    public let body: [UInt8]
    /// Bytes behind the response.
    public let rest: [UInt8]

    public var text: String { String(decoding: self.body, as: UTF8.self) }

    /// - Returns: `nil` when bytes are missing.
    public init?(_ bytes: [UInt8], isAnswerToHead: Bool = false) throws {
        guard let headEnd = bytes.endOfHead else { return nil }
        let head = String(decoding: bytes[..<(headEnd - 4)], as: Unicode.ASCII.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: false)
        let parts = lines[0].split(separator: " ")
        guard parts.count >= 2, parts[0] == "HTTP/1.1", let status = Int(parts[1]) else {
            throw TCPSocket.Failure(description: "no status line: \(lines[0])")
        }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw TCPSocket.Failure(description: "no field: \(line)") }
            let name = pair[0].lowercased()
            let value = pair[1].trimmingCharacters(in: .whitespaces)
            fields[name] = fields[name].map { "\($0), \(value)" } ?? value
        }
        let following = Array(bytes[headEnd...])
        self.status = status
        self.head = head
        self.fields = fields
        if isAnswerToHead || status < 200 || status == 204 || status == 304 {
            (self.body, self.rest) = ([], following)
        } else if fields["transfer-encoding"] == "chunked" {
            guard let (body, rest) = try Self.dechunked(following) else { return nil }
            (self.body, self.rest) = (body, rest)
        } else if let length = fields["content-length"].flatMap({ Int($0) }) {
            guard following.count >= length else { return nil }
            (self.body, self.rest) = (Array(following[..<length]), Array(following[length...]))
        } else {
            throw TCPSocket.Failure(description: "a body that ends with the connection: use receiveAll")
        }
    }

    private static func dechunked(_ bytes: [UInt8]) throws -> ([UInt8], [UInt8])? {
        var body: [UInt8] = []
        var position = 0
        while true {
            guard let lineEnd = bytes[position...].firstIndex(of: 10) else { return nil }
            let line = String(decoding: bytes[position..<lineEnd - 1].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let size = Int(line, radix: 16) else { throw TCPSocket.Failure(description: "chunk size '\(line)'") }
            let dataStart = lineEnd + 1
            if size == 0 {
                // No trailers are read: the end is the empty line.
                var end = dataStart
                while true {
                    guard let next = bytes[end...].firstIndex(of: 10) else { return nil }
                    if next == end + 1 { return (body, Array(bytes[(next + 1)...])) }
                    end = next + 1
                }
            }
            guard bytes.count >= dataStart + size + 2 else { return nil }
            body += bytes[dataStart..<dataStart + size]
            position = dataStart + size + 2
        }
    }
}

extension [UInt8] {
    /// Where the first empty line ends.
    public var endOfHead: Int? { self.end(of: "\r\n\r\n") }

    /// Where the first occurrence of a text ends.
    ///
    /// Works on bytes: to a String, CR LF is one character.
    public func end(of text: StaticString) -> Int? {
        let pattern = text.withUTF8Buffer { Array($0) }
        guard self.count >= pattern.count else { return nil }
        for start in 0...(self.count - pattern.count) where self[start] == pattern[0] {
            if self[start..<start + pattern.count].elementsEqual(pattern) { return start + pattern.count }
        }
        return nil
    }
}
