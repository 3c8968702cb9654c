/// A small answer that says in JSON what went wrong: `{"error": "..."}`.
///
/// ```swift
/// let answer = ErrorAnswer(status: 503, message: "The queue is full.", extraFields: "retry-after: 1\r\n")
/// buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: answer.capacity) { answer.write(into: $0) }
/// ```
public struct ErrorAnswer: Sendable {
    public var status: Int
    /// One sentence; what JSON must not contain as it is will be escaped.
    public var message: StaticString
    /// The version the client spoke, as far as it is known.
    public var version: HTTPVersion
    /// Whether the connection stays open; after a fault in the message it cannot.
    public var isKeepAlive: Bool
    /// Whether the request was HEAD, which is answered without the body.
    public var omitsBody: Bool
    /// Whole field lines, each with its CR LF.
    public var extraFields: StaticString

    public init(
        status: Int,
        message: StaticString,
        version: HTTPVersion = .http11,
        isKeepAlive: Bool = true,
        omitsBody: Bool = false,
        extraFields: StaticString = ""
    ) {
        precondition((200...999).contains(status), "status: \(status)")
        self.status = status
        self.message = message
        self.version = version
        self.isKeepAlive = isKeepAlive
        self.omitsBody = omitsBody
        self.extraFields = extraFields
    }

    /// The answer to a message that cannot be understood; the connection ends with it.
    public init(_ fault: WireFault) {
        self.init(status: fault.status, message: fault.sentence, isKeepAlive: false)
    }

    /// At least the bytes that `write` will write.
    public var capacity: Int {
        256 + self.message.utf8CodeUnitCount * 7 + self.extraFields.utf8CodeUnitCount
    }

    /// Writes the whole response and returns its bytes.
    public func write(into region: UnsafeMutableRawBufferPointer) -> Int {
        let text = UnsafeRawBufferPointer(start: self.message.utf8Start, count: self.message.utf8CodeUnitCount)
        var writer = WireWriter(region)
        writer.append("HTTP/1.1 ")
        writer.append(decimal: UInt64(self.status))
        writer.append(Byte.space)
        writer.append(StatusLine.reason(self.status))
        writer.append("\r\ncontent-type: application/json\r\ncontent-length: ")
        writer.append(decimal: UInt64(text.count + Self.escapedSurplus(text) + Self.framingCount))
        writer.append("\r\n")
        if !self.isKeepAlive {
            writer.append("connection: close\r\n")
        } else if self.version == .http10 {
            writer.append("connection: keep-alive\r\n")
        }
        writer.append(self.extraFields)
        writer.append("\r\n")
        guard !self.omitsBody else { return writer.count }
        writer.append("{\"error\": \"")
        for byte in text { writer.append(escaping: byte) }
        writer.append("\"}")
        return writer.count
    }

    /// Bytes of `{"error": ""}`.
    private static let framingCount = 13

    /// Bytes that escaping adds.
    private static func escapedSurplus(_ text: UnsafeRawBufferPointer) -> Int {
        text.reduce(0) { surplus, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): surplus + 1
            case ..<Byte.space: surplus + 5
            default: surplus
            }
        }
    }
}

extension WireWriter {
    /// Appends a byte of a JSON string.
    fileprivate mutating func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            self.append(UInt8(ascii: "\\"))
            self.append(byte)
        case ..<Byte.space:
            self.append("\\u00")
            self.append(byte < 0x10 ? Byte.zero : Byte.zero + 1)
            self.append(hexadecimal: UInt64(byte & 0xF))
        default: self.append(byte)
        }
    }
}
