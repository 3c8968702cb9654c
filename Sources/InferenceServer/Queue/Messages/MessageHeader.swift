public import MessageTransport

/// A name and a value that travel with a message.
public struct MessageHeader: Sendable, Equatable {
    /// Kafka has bytes or nothing, RabbitMQ values of several types.
    public enum Value: Sendable, Equatable {
        case bytes([UInt8])
        case absent
        case typed(AMQPValue)
    }

    public let name: String
    public let value: Value

    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    public init(_ name: String, _ text: String) {
        self.init(name, .bytes(Array(text.utf8)))
    }

    /// The value as text; `nil` when it is none.
    var text: String? {
        switch self.value {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .typed(.integer(let number)): String(number)
        case .typed(let value): value.text
        case .absent: nil
        }
    }

    /// Whether it has a name, given in small letters; compared as HTTP compares them.
    func isNamed(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count && Self.begins(self.name, with: name)
    }

    /// Whether it is one that a consumer adds.
    var isOurs: Bool { Self.begins(self.name, with: "pilotlight-") }

    private static func begins(_ text: String, with start: String) -> Bool {
        var bytes = text.utf8.makeIterator()
        for wanted in start.utf8 {
            guard let byte = bytes.next() else { return false }
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (isLetter ? byte | 0x20 : byte) == wanted else { return false }
        }
        return true
    }
}
