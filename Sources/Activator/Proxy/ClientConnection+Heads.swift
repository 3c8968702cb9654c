import HTTPWire
import NIOCore

/// Rewriting heads between the two sides of a connection.
extension ClientConnection {
    /// Writes the head of the present request, which lies parsed in `box`, as the replica shall see it.
    func renderRequestHead(_ message: ByteBuffer, from box: RequestHeadBox, into output: inout ByteBuffer) {
        var options = UpstreamHeadOptions()
        options.strippedPathBytes = self.request.strippedPrefix
        options.keepsUpgrade = self.request.upgrade != .none
        // Only HTTP/1.0 knows requests without a host, and many servers refuse them.
        options.fallbackHost = Self.fallbackHost
        output.clear()
        self.clientAddress.withUnsafeBytes { address in
            options.clientAddress = address
            message.withUnsafeReadableBytes { bytes in
                _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: box.head.upstreamHeadCapacity(options)) {
                    box.head.writeUpstreamHead(of: bytes, options: options, into: $0)
                }
            }
        }
    }

    private static var fallbackHost: UnsafeRawBufferPointer {
        let name: StaticString = "localhost"
        return UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }

    /// Writes the head of a response, which lies parsed in `box`, as this client shall see it.
    func renderResponseHead(
        _ message: ByteBuffer,
        from box: ResponseHeadBox,
        into output: inout ByteBuffer,
        conversion: UpstreamResponse.Conversion
    ) {
        var options = ClientHeadOptions()
        options.version = self.request.version
        options.isKeepAlive = self.request.keepsAlive
        options.keepsUpgrade = self.request.upgrade != .none
        if case .chunk = conversion { options.framing = .chunked }
        output.clear()
        guard let coldStart = self.request.coldStart else {
            return Self.write(box, message, options, into: &output)
        }
        let fields = Array(coldStart.fields.utf8)
        fields.withUnsafeBytes {
            options.extraFields = $0
            Self.write(box, message, options, into: &output)
        }
    }

    private static func write(
        _ box: ResponseHeadBox,
        _ message: ByteBuffer,
        _ options: ClientHeadOptions,
        into output: inout ByteBuffer
    ) {
        message.withUnsafeReadableBytes { bytes in
            _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: box.head.clientHeadCapacity(options)) {
                box.head.writeClientHead(of: bytes, options: options, into: $0)
            }
        }
    }
}
