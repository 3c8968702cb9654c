/// What the Connection fields of a head say.
struct ConnectionOptions: OptionSet {
    let rawValue: UInt8

    static let close = ConnectionOptions(rawValue: 1)
    static let keepAlive = ConnectionOptions(rawValue: 2)
    static let upgrade = ConnectionOptions(rawValue: 4)
    static let te = ConnectionOptions(rawValue: 8)

    /// RFC 9112, section 9.3: `close` wins, HTTP/1.1 stays open, HTTP/1.0 only when asked to.
    func isKeepAlive(in version: HTTPVersion) -> Bool {
        !self.contains(.close) && (version == .http11 || self.contains(.keepAlive))
    }

    /// The option that a token of a Connection field means, or `nil` when it names a field.
    fileprivate static func of(_ option: UnsafeRawBufferPointer) -> ConnectionOptions? {
        switch option.count {
        case 2 where option.equalsIgnoringCase("te"): .te
        case 5 where option.equalsIgnoringCase("close"): .close
        case 7 where option.equalsIgnoringCase("upgrade"): .upgrade
        case 10 where option.equalsIgnoringCase("keep-alive"): .keepAlive
        default: nil
        }
    }
}

extension HeaderTable {
    /// More than any honest sender lists; each is compared with every field of the head.
    private static let maximumOptions = 32

    /// Reads every Connection field, and marks the fields they name as hop-by-hop.
    ///
    /// Of the known headers none can be named away: whoever could make an intermediary drop Host, Authorization or
    /// X-Forwarded-For would change whom the request is for or whom it comes from. Such an option is ignored. What is
    /// truly hop-by-hop among the known headers is dropped with or without being named.
    mutating func readConnectionOptions(_ base: UnsafeRawPointer) throws(WireFault) -> ConnectionOptions {
        var options: ConnectionOptions = []
        guard let first = self.value(of: .connection) else { return options }
        // Nearly always there is one field with one option that is known.
        if !self.repeated.contains(.connection), let known = ConnectionOptions.of(first.bytes(at: base)) {
            return known
        }
        var optionCount = 0
        for index in 0..<self.count where self[index].header == .connection {
            var list = TokenList(base, self[index].value)
            while let option = try list.next() {
                optionCount += 1
                guard optionCount <= Self.maximumOptions else { throw .tooManyConnectionOptions }
                let bytes = option.bytes(at: base)
                if let known = ConnectionOptions.of(bytes) {
                    options.formUnion(known)
                } else {
                    self.markFields(named: bytes, base)
                }
            }
        }
        return options
    }

    private mutating func markFields(named name: UnsafeRawBufferPointer, _ base: UnsafeRawPointer) {
        for index in 0..<self.count {
            let field = self[index]
            guard field.header == .other, field.name.bytes(at: base).equalsIgnoringCase(name) else { continue }
            self.markListedInConnection(index)
        }
    }
}

/// Walks over the tokens of a comma-separated list; empty elements are skipped.
private struct TokenList {
    private let base: UnsafeRawPointer
    private var position: Int
    private let end: Int

    init(_ base: UnsafeRawPointer, _ value: ByteRange) {
        self.base = base
        self.position = value.start
        self.end = value.end
    }

    mutating func next() throws(WireFault) -> ByteRange? {
        while self.position < self.end {
            let byte = self.base.byte(self.position)
            guard byte == Byte.comma || Byte.isBlank(byte) else { break }
            self.position += 1
        }
        guard self.position < self.end else { return nil }
        let start = self.position
        let tokenEnd = ByteScan.token(self.base, from: start, to: self.end)
        self.position = tokenEnd
        while self.position < self.end, Byte.isBlank(self.base.byte(self.position)) { self.position += 1 }
        let isWhole = self.position == self.end || self.base.byte(self.position) == Byte.comma
        guard tokenEnd > start, isWhole else { throw .malformedConnection }
        return ByteRange(start, tokenEnd)
    }
}

extension ByteRange {
    @inline(__always)
    func bytes(at base: UnsafeRawPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + self.start, count: self.count)
    }
}
