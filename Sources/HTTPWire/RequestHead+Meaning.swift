/// What the fields of a request mean together: routing, framing and the fate of the connection.
extension RequestHead {
    mutating func interpret(_ base: UnsafeRawPointer) throws(WireFault) {
        try self.interpretHost(base)
        try self.interpretFraming(base)
        self.isKeepAlive = self.version == .http11
        self.expectsContinue = false
        self.upgrade = .none
        self.acceptsTrailers = false
        if !self.fields.present.isDisjoint(with: Self.unusual) { try self.interpretConnection(base) }
    }

    private static let unusual: KnownHeaderSet = [
        KnownHeaderSet(.connection), KnownHeaderSet(.expect), KnownHeaderSet(.te), KnownHeaderSet(.upgrade),
    ]

    // MARK: Host

    private mutating func interpretHost(_ base: UnsafeRawPointer) throws(WireFault) {
        guard !self.fields.repeated.contains(.host) else { throw .repeatedHost }
        var nameEnd: Int?
        if let field = self.fields.value(of: .host) {
            nameEnd = HostName.nameEnd(base, from: field.start, to: field.end)
            guard nameEnd != nil else { throw .malformedHost }
            if self.targetForm == .origin || self.targetForm == .asterisk { self.host = field }
        } else {
            guard self.version == .http10 else { throw .missingHost }
            if self.targetForm == .origin || self.targetForm == .asterisk { self.host = .empty }
        }
        if self.targetForm == .absolute || self.targetForm == .authority {
            nameEnd = HostName.nameEnd(base, from: self.host.start, to: self.host.end)
        }
        var end = nameEnd ?? self.host.start
        if end > self.host.start &+ 1, base.byte(end &- 1) == Byte.dot { end &-= 1 }
        self.hostName = ByteRange(self.host.start, end)
        self.hostHash = HostName.hash(UnsafeRawBufferPointer(start: base + self.host.start, count: self.hostName.count))
    }

    // MARK: Framing

    private mutating func interpretFraming(_ base: UnsafeRawPointer) throws(WireFault) {
        if self.fields.present.contains(.transferEncoding) {
            guard self.version == .http11 else { throw .transferEncodingInHTTP10 }
            guard !self.fields.present.contains(.contentLength) else { throw .transferEncodingWithContentLength }
            try self.fields.requireChunked(base)
            self.framing = .chunked
        } else if let length = try self.fields.contentLength(base) {
            self.framing = .length(length)
        } else {
            self.framing = .none
        }
    }

    // MARK: Connection

    private mutating func interpretConnection(_ base: UnsafeRawPointer) throws(WireFault) {
        let options = try self.fields.readConnectionOptions(base)
        self.isKeepAlive = options.isKeepAlive(in: self.version)
        let hasBody = self.framing != .none && self.framing != .length(0)
        guard self.version == .http11 else { return }

        if let expectation = self.fields.value(of: .expect) {
            guard !self.fields.repeated.contains(.expect), self.equals(expectation, base, "100-continue") else {
                throw .unsupportedExpectation
            }
            self.expectsContinue = hasBody
        }
        if let coding = self.fields.value(of: .te) {
            self.acceptsTrailers = options.contains(.te) && self.equals(coding, base, "trailers")
        }
        // A change of protocol after a body is allowed and unheard of; not granting it is allowed too.
        if options.contains(.upgrade), !hasBody, let wanted = self.fields.value(of: .upgrade), !wanted.isEmpty,
            !self.fields.repeated.contains(.upgrade)
        {
            self.upgrade = self.method == .get && self.equals(wanted, base, "websocket") ? .webSocket : .other
        }
    }

    private func equals(_ range: ByteRange, _ base: UnsafeRawPointer, _ text: StaticString) -> Bool {
        UnsafeRawBufferPointer(start: base + range.start, count: range.count).equalsIgnoringCase(text)
    }
}
