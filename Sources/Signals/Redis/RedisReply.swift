/// One answer of a Redis server (RESP2).
enum RedisReply: Sendable, Equatable {
    case text(String)
    case error(String)
    case integer(Int64)
    case null
    case list([RedisReply])

    /// The number, also when the server sent it as text.
    var number: Int64? {
        switch self {
        case .integer(let number): number
        case .text(let text): Int64(text)
        case .error, .null, .list: nil
        }
    }

    var textValue: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    var listValue: [RedisReply]? {
        guard case .list(let list) = self else { return nil }
        return list
    }

    /// The value behind a name in a list of names and values.
    subscript(name: String) -> RedisReply? {
        guard case .list(let list) = self else { return nil }
        return stride(from: 0, to: list.count - 1, by: 2).first { list[$0].textValue == name }.map { list[$0 + 1] }
    }
}

/// Takes answers out of bytes as they arrive.
struct RedisReader {
    /// Why the bytes are no answer.
    struct Malformed: Error {}

    private var bytes: [UInt8] = []
    private var position = 0

    private static let depthLimit = 16
    private static let lengthLimit = 16 << 20

    mutating func append(_ more: [UInt8]) throws(Malformed) {
        guard self.bytes.count + more.count <= Self.lengthLimit else { throw Malformed() }
        self.bytes += more
    }

    /// The next whole answer; `nil` when bytes are missing.
    mutating func next() throws(Malformed) -> RedisReply? {
        self.position = 0
        guard let reply = try self.reply(depth: 0) else { return nil }
        self.bytes.removeFirst(self.position)
        return reply
    }

    private mutating func reply(depth: Int) throws(Malformed) -> RedisReply? {
        guard let line = self.line(), let kind = line.first else { return nil }
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        switch kind {
        case UInt8(ascii: "+"): return .text(text)
        case UInt8(ascii: "-"): return .error(text)
        case UInt8(ascii: ":"):
            guard let number = Int64(text) else { throw Malformed() }
            return .integer(number)
        case UInt8(ascii: "$"): return try self.bulk(text)
        case UInt8(ascii: "*"): return try self.list(text, depth: depth)
        default: throw Malformed()
        }
    }

    private mutating func bulk(_ text: String) throws(Malformed) -> RedisReply? {
        guard let length = Int(text), length <= Self.lengthLimit else { throw Malformed() }
        if length < 0 { return .null }
        guard self.position + length + 2 <= self.bytes.count else { return nil }
        let content = self.bytes[self.position..<self.position + length]
        self.position += length + 2
        return .text(String(decoding: content, as: UTF8.self))
    }

    private mutating func list(_ text: String, depth: Int) throws(Malformed) -> RedisReply? {
        guard let count = Int(text), count <= 1 << 20, depth < Self.depthLimit else { throw Malformed() }
        if count < 0 { return .null }
        var elements: [RedisReply] = []
        for _ in 0..<count {
            guard let element = try self.reply(depth: depth + 1) else { return nil }
            elements.append(element)
        }
        return .list(elements)
    }

    /// The next line without its end, never empty; `nil` when its end is missing.
    private mutating func line() -> ArraySlice<UInt8>? {
        let rest = self.bytes[self.position...]
        guard let end = rest.firstIndex(of: 0x0A), end > rest.startIndex else { return nil }
        self.position = end + 1
        return rest[..<(end - 1)]
    }
}
