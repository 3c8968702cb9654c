extension RequestHead {
    /// What is written anew, and so never copied.
    private static let rewritten: KnownHeaderSet = [
        .hopByHop, KnownHeaderSet(.contentLength), KnownHeaderSet(.xForwardedFor),
    ]
    private static let forwarding: KnownHeaderSet = [
        KnownHeaderSet(.xForwardedProto), KnownHeaderSet(.xForwardedHost),
    ]

    /// At least the bytes that `writeUpstreamHead` will write with the same options.
    public func upstreamHeadCapacity(_ options: UpstreamHeadOptions) -> Int {
        // The host may be written twice more; the constant covers the longest of everything that is added.
        self.length &+ 2 &* (self.host.count &+ options.fallbackHost.count) &+ options.clientAddress.count
            &+ options.extraFields.count &+ 320
    }

    /// Writes the head of the request as the replica shall see it, and returns its bytes.
    ///
    /// The target is in origin form. End-to-end fields are copied as they came, in their order; those that are for one
    /// hop only, or dropped by the options, are left out; the fields that say who forwarded what, and how the body
    /// ends, are written anew.
    ///
    /// - Parameters:
    ///   - message: The bytes that were parsed.
    ///   - region: At least `upstreamHeadCapacity` bytes.
    public func writeUpstreamHead(
        of message: UnsafeRawBufferPointer,
        options: UpstreamHeadOptions,
        into region: UnsafeMutableRawBufferPointer
    ) -> Int {
        var writer = WireWriter(region)
        self.writeRequestLine(message, options, &writer)
        let framing = options.framing ?? self.framing
        self.fields.copyFields(
            except: self.droppedHeaders(options, framing),
            from: message,
            headLength: self.length,
            to: &writer
        )
        self.writeForwardingFields(message, options, &writer)
        if options.keepsUpgrade, self.upgrade != .none, let wanted = self.fields.value(of: .upgrade) {
            writer.append("connection: upgrade\r\nupgrade: ")
            writer.append(wanted.bytes(in: message))
            writer.append("\r\n")
        } else if self.acceptsTrailers {
            writer.append("connection: te\r\nte: trailers\r\n")
        }
        writer.append(framing)
        writer.append(options.extraFields)
        writer.append("\r\n")
        return writer.count
    }

    private func droppedHeaders(_ options: UpstreamHeadOptions, _ framing: BodyFraming) -> KnownHeaderSet {
        var dropped = Self.rewritten.union(options.dropped)
        // In HTTP/1.0 an expectation means nothing, and in HTTP/1.1 it would be handed on as a valid one.
        if !options.keepsExpectation || !self.expectsContinue { dropped.formUnion(KnownHeaderSet(.expect)) }
        if !options.trustsForwardingFields { dropped.formUnion(Self.forwarding) }
        if self.targetForm == .absolute { dropped.formUnion(KnownHeaderSet(.host)) }
        if framing != .chunked { dropped.formUnion(KnownHeaderSet(.trailer)) }
        return dropped
    }

    @inline(__always)
    private func writeRequestLine(
        _ message: UnsafeRawBufferPointer,
        _ options: UpstreamHeadOptions,
        _ writer: inout WireWriter
    ) {
        writer.append(self.methodName.bytes(in: message))
        writer.append(Byte.space)
        if self.targetForm == .asterisk || (self.targetForm == .absolute && self.isOptionsWithoutPath) {
            writer.append(Byte.asterisk)
        } else {
            precondition(
                options.strippedPathBytes <= self.path.count,
                "\(options.strippedPathBytes) bytes of a path of \(self.path.count)"
            )
            let path = ByteRange(self.path.start &+ options.strippedPathBytes, self.path.end).bytes(in: message)
            if path.first != Byte.slash { writer.append(Byte.slash) }
            writer.append(path)
            writer.append(self.query.bytes(in: message))
        }
        writer.append(" HTTP/1.1\r\n")
        if self.targetForm == .absolute {
            writer.appendField("host: ", self.host.bytes(in: message))
        } else if self.host.isEmpty {
            // Possible in HTTP/1.0 only; HTTP/1.1 demands the field even with nothing in it.
            writer.appendField("host: ", options.fallbackHost)
        }
    }

    private var isOptionsWithoutPath: Bool { self.method == .options && self.path.isEmpty && self.query.isEmpty }

    @inline(__always)
    private func writeForwardingFields(
        _ message: UnsafeRawBufferPointer,
        _ options: UpstreamHeadOptions,
        _ writer: inout WireWriter
    ) {
        self.writeForwardedFor(message, options, &writer)
        let keeps = options.trustsForwardingFields
        if !(keeps && self.fields.present.contains(.xForwardedProto)) {
            writer.append(options.isSecure ? "x-forwarded-proto: https\r\n" : "x-forwarded-proto: http\r\n")
        }
        if !(keeps && self.fields.present.contains(.xForwardedHost)), !self.host.isEmpty {
            writer.appendField("x-forwarded-host: ", self.host.bytes(in: message))
        }
        writer.append(self.version == .http11 ? "via: 1.1 pilotlight\r\n" : "via: 1.0 pilotlight\r\n")
    }

    @inline(__always)
    private func writeForwardedFor(
        _ message: UnsafeRawBufferPointer,
        _ options: UpstreamHeadOptions,
        _ writer: inout WireWriter
    ) {
        let isPresent = self.fields.present.contains(.xForwardedFor)
        guard isPresent || options.clientAddress.count > 0 else { return }
        var separator: StaticString = "x-forwarded-for: "
        if isPresent {
            for index in 0..<self.fields.count where self.fields[index].header == .xForwardedFor {
                let value = self.fields[index].value
                guard !value.isEmpty else { continue }
                writer.append(separator)
                writer.append(value.bytes(in: message))
                separator = ", "
            }
        }
        if options.clientAddress.count > 0 {
            writer.append(separator)
            writer.append(options.clientAddress)
        } else if separator.utf8CodeUnitCount > 2 {
            return  // Every value was empty.
        }
        writer.append("\r\n")
    }
}
