extension ResponseHead {
    private static let rewritten: KnownHeaderSet = [.hopByHop, KnownHeaderSet(.contentLength)]

    /// How the body should be sent to a client of that version: chunked is unknown in HTTP/1.0, where the end of the
    /// connection ends the body instead, and the chunks' data alone is sent.
    ///
    /// In HTTP/1.1 a body that the replica ends by closing can be sent so too, or in chunks (set `framing`), which
    /// keeps the client's connection and lets it tell a whole answer from a broken one.
    public func framing(for version: HTTPVersion) -> BodyFraming {
        self.framing == .chunked && version == .http10 ? .untilClose : self.framing
    }

    /// At least the bytes that `writeClientHead` will write with the same options.
    public func clientHeadCapacity(_ options: ClientHeadOptions) -> Int {
        self.length &+ options.extraFields.count &+ 160
    }

    /// Writes the head of the response as the client shall see it, and returns its bytes.
    ///
    /// - Parameters:
    ///   - message: The bytes that were parsed.
    ///   - region: At least `clientHeadCapacity` bytes.
    public func writeClientHead(
        of message: UnsafeRawBufferPointer,
        options: ClientHeadOptions,
        into region: UnsafeMutableRawBufferPointer
    ) -> Int {
        var writer = WireWriter(region)
        let framing = options.framing ?? self.framing(for: options.version)
        // "HTTP/1.x 200": a server states its own version, whatever the replica's and the client's.
        writer.append("HTTP/1.1")
        writer.append(ByteRange(8, 12).bytes(in: message))
        writer.append(Byte.space)
        writer.append(self.reason.bytes(in: message))
        writer.append("\r\n")

        var dropped = Self.rewritten.union(options.dropped)
        if framing != .chunked { dropped.formUnion(KnownHeaderSet(.trailer)) }
        self.fields.copyFields(except: dropped, from: message, headLength: self.length, to: &writer)
        self.writeConnection(message, options, &writer)
        writer.append(framing)
        if framing == .none, let contentLength, self.mayStateLength { writer.append(.length(contentLength)) }
        writer.append(options.extraFields)
        writer.append("\r\n")
        return writer.count
    }

    /// Whether a length without a body means something: after HEAD and in 304 it does, in 1xx and 204 it must not be.
    private var mayStateLength: Bool { self.status >= 200 && self.status != 204 }

    @inline(__always)
    private func writeConnection(
        _ message: UnsafeRawBufferPointer,
        _ options: ClientHeadOptions,
        _ writer: inout WireWriter
    ) {
        if self.isSwitchingProtocols {
            guard options.keepsUpgrade else { return }
            writer.append("connection: upgrade\r\n")
            if let value = self.fields.value(of: .upgrade) { writer.appendField("upgrade: ", value.bytes(in: message)) }
            return
        }
        guard !self.isInterim else { return }
        switch (options.version, options.isKeepAlive) {
        case (.http11, true), (.http10, false): break
        case (.http11, false): writer.append("connection: close\r\n")
        case (.http10, true): writer.append("connection: keep-alive\r\n")
        }
    }
}
