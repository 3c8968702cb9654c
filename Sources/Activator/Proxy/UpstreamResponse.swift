import HTTPWire
import NIOCore

/// The response that a connection to a replica is occupied with.
struct UpstreamResponse {
    /// What has to be done to the body so that this client understands its end.
    enum Conversion {
        case none
        /// The replica ends its body by closing; the client gets chunks, so that it can tell an end from a break.
        case chunk
        /// The client speaks HTTP/1.0 and knows no chunks.
        case dechunk
    }

    /// Zero until the final head has come.
    var status = 0
    var body = BodyTracker.none
    var keepsAlive = false
    /// Of the request.
    let method: HTTPMethod
    private(set) var conversion = Conversion.none
    /// Whether the client's connection can be used on after this response.
    private(set) var keepsClientAlive = true

    init(method: HTTPMethod) {
        self.method = method
    }

    /// The final head has come.
    mutating func begin(_ head: borrowing ResponseHead, clientVersion: HTTPVersion) {
        self.status = head.status
        self.body = BodyTracker(head.framing)
        self.keepsAlive = head.isKeepAlive
        switch (head.framing, clientVersion) {
        case (.untilClose, .http11):
            self.conversion = .chunk
        case (.untilClose, .http10):
            self.keepsClientAlive = false
        case (.chunked, .http10):
            self.conversion = .dechunk
            self.keepsClientAlive = false
        default:
            break
        }
    }

    /// Appends the converted form of body bytes to `output`.
    ///
    /// - Returns: How many of the bytes belong to the body; `nil` when they are malformed.
    mutating func convert(_ bytes: ByteBuffer, into output: inout ByteBuffer) -> Int? {
        switch self.conversion {
        case .none, .chunk:
            guard bytes.readableBytes > 0 else { return 0 }
            output.writeString(String(bytes.readableBytes, radix: 16))
            output.writeStaticString("\r\n")
            output.writeImmutableBuffer(bytes)
            output.writeStaticString("\r\n")
            return bytes.readableBytes
        case .dechunk:
            let consumed = bytes.withUnsafeReadableBytes { view in
                self.body.consumeData(view) { output.writeBytes($0) }
            }
            return self.body.fault == nil ? consumed : nil
        }
    }
}
