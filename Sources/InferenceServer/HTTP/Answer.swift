import HTTPWire
import NIOCore

/// A whole answer, before it is known how the connection goes on.
struct Answer: Sendable {
    enum ContentType: Sendable {
        case json, octets, metrics

        var value: StaticString {
            switch self {
            case .json: "application/json"
            case .octets: "application/octet-stream"
            // The exposition format of Prometheus.
            case .metrics: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    var status = 200
    var contentType = ContentType.json
    var body: ByteBuffer
    /// Bytes of JSON in front of binary tensors.
    var jsonLength: Int?
    /// Whole field lines, each with its CR LF.
    var extraFields = ""

    init(_ body: ByteBuffer) {
        self.body = body
    }

    init(_ body: AnswerBody) {
        self.body = body.bytes
        self.jsonLength = body.jsonLength
        if body.jsonLength != nil { self.contentType = .octets }
    }

    init(json: String) {
        self.body = ByteBuffer(string: json)
    }

    /// `{"error": "..."}`, as every server of the protocols says what is wrong.
    init(_ error: InferenceError) {
        var text = JSONText(capacity: error.message.utf8.count + 64)
        text.append("{\"error\":")
        text.append(quoted: error.message)
        text.append("}")
        self.body = text.buffer
        self.status = error.status
        switch error.code {
        case .unavailable: self.extraFields = "retry-after: 1\r\n"
        default: break
        }
    }
}

extension Answer {
    /// The head of the answer, to be sent in front of the body.
    ///
    /// - Parameter date: The value of the Date field.
    func head(version: HTTPVersion, isKeepAlive: Bool, date: HTTPDate, allocator: ByteBufferAllocator) -> ByteBuffer {
        let capacity = 320 + self.extraFields.utf8.count
        var buffer = allocator.buffer(capacity: capacity)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { region in
            var writer = WireWriter(region)
            writer.append("HTTP/1.1 ")
            writer.append(decimal: UInt64(self.status))
            writer.append(UInt8(ascii: " "))
            writer.append(StatusLine.reason(self.status))
            writer.append("\r\ncontent-type: ")
            writer.append(self.contentType.value)
            writer.append("\r\ncontent-length: ")
            writer.append(decimal: UInt64(self.body.readableBytes))
            if let jsonLength {
                writer.append("\r\ninference-header-content-length: ")
                writer.append(decimal: UInt64(jsonLength))
            }
            writer.append("\r\ndate: ")
            date.withBytes { writer.append($0) }
            writer.append("\r\n")
            switch (version, isKeepAlive) {
            case (.http11, true), (.http10, false): break
            case (.http11, false): writer.append("connection: close\r\n")
            case (.http10, true): writer.append("connection: keep-alive\r\n")
            }
            var extra = self.extraFields
            extra.withUTF8 { writer.append(UnsafeRawBufferPointer($0)) }
            writer.append("\r\n")
            return writer.count
        }
        return buffer
    }
}
