/// The head of a replica's response, parsed in place, in pieces, by the rules of RFC 9112.
///
/// Use it as `RequestHead`; a fault means 502 to the client. After an interim response (`isInterim`) the final one
/// follows on the same connection: parse again from where the interim head ended.
public struct ResponseHead: ~Copyable {
    public let limits: HeadLimits
    private var scan = HeadScan()

    // What follows means something once `parse` has answered `.complete`, until it is called again.

    /// From 100 to 999.
    public private(set) var status = 0
    /// The text after the status; often empty.
    public private(set) var reason = ByteRange.empty
    public private(set) var version = HTTPVersion.http11
    /// How the body ends, given the method of the request.
    public private(set) var framing = BodyFraming.none
    /// The Content-Length as it stands in the head, even where no body follows, as after HEAD.
    public private(set) var contentLength: UInt64?
    /// Whether another request can be sent once this response is over.
    public private(set) var isKeepAlive = true
    public internal(set) var fields = HeaderTable()
    /// Bytes of the head, the last empty line included.
    public private(set) var length = 0

    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Whether another response head follows; true of 1xx except 101.
    public var isInterim: Bool { self.status < 200 && self.status != 101 }

    /// Whether the connection leaves HTTP with the end of this head.
    public var isSwitchingProtocols: Bool { self.status == 101 }

    /// Forgets a head that was begun.
    public mutating func reset() {
        self.scan = HeadScan()
        self.fields.removeAll()
    }

    /// Parses on, or begins anew when the last answer was `.complete` or `.invalid`.
    ///
    /// - Parameters:
    ///   - message: Every byte that came since the head began.
    ///   - method: The method of the request that is answered.
    /// - Returns: A fault of a line that comes in pieces may show only when the line has ended.
    /// - Complexity: O(*n*) over all calls for one head.
    public mutating func parse(_ message: UnsafeRawBufferPointer, answering method: HTTPMethod) -> HeadProgress {
        if self.scan.stage == .done { self.reset() }
        guard let base = message.baseAddress else { return .needsMore }
        let end = min(message.count, self.limits.headBytes)
        let isFull = end == self.limits.headBytes
        if self.scan.isWaiting(base, end: end) && !isFull { return .needsMore }
        do throws(WireFault) {
            guard try self.readLines(base, end: end) else {
                if isFull { throw .headTooLarge }
                self.scan.lineIsIncomplete(end: end)
                return .needsMore
            }
            self.length = self.scan.position
            self.scan.stage = .done
            try self.interpret(base, method)
            return .complete(length: self.length)
        } catch {
            self.scan.stage = .done
            return .invalid(error)
        }
    }

    private mutating func readLines(_ base: UnsafeRawPointer, end: Int) throws(WireFault) -> Bool {
        if self.scan.stage == .startLine {
            guard let next = try self.readStatusLine(base, end: end) else { return false }
            self.scan.position = next
            self.scan.stage = .fields
        }
        return try self.fields.readLines(
            base,
            position: &self.scan.position,
            end: end,
            maximumCount: self.limits.fieldCount
        )
    }

    /// Reads `HTTP/1.1 200 OK`; the blank before an empty reason may be missing, as it is with many servers.
    private mutating func readStatusLine(_ base: UnsafeRawPointer, end: Int) throws(WireFault) -> Int? {
        guard let version = try HTTPVersion.read(base, from: 0, end: end) else { return nil }
        guard end >= 9 else { return nil }
        guard base.byte(8) == Byte.space else { throw .malformedStatusLine }
        var status = 0
        for position in 9..<12 {
            guard position < end else { return nil }
            guard Byte.isDigit(base.byte(position)) else { throw .malformedStatusLine }
            status = status * 10 + Int(base.byte(position) - Byte.zero)
        }
        guard status >= 100 else { throw .malformedStatusLine }
        guard end > 12 else { return nil }
        let hasReason = base.byte(12) == Byte.space
        guard hasReason || base.byte(12) == Byte.carriageReturn else { throw .malformedStatusLine }
        let reasonStart = hasReason ? 13 : 12
        let reasonEnd = ByteScan.fieldValue(base, from: reasonStart, to: end)
        guard reasonEnd < end else { return nil }
        guard let next = try HeaderTable.lineEnd(base, at: reasonEnd, end: end) else { return nil }
        self.version = version
        self.status = status
        self.reason = ByteRange(reasonStart, reasonEnd)
        return next
    }

    // MARK: Meaning

    private mutating func interpret(_ base: UnsafeRawPointer, _ method: HTTPMethod) throws(WireFault) {
        let options = try self.fields.readConnectionOptions(base)
        self.contentLength = try self.fields.contentLength(base)
        let isChunked = self.fields.present.contains(.transferEncoding)
        if isChunked {
            guard self.version == .http11 else { throw .transferEncodingInHTTP10 }
            guard self.contentLength == nil else { throw .transferEncodingWithContentLength }
            try self.fields.requireChunked(base)
        }
        self.framing = self.bodyFraming(answering: method, isChunked: isChunked)
        self.isKeepAlive =
            options.isKeepAlive(in: self.version) && self.framing != .untilClose && !self.isSwitchingProtocols
    }

    /// RFC 9112, section 6.3.
    private func bodyFraming(answering method: HTTPMethod, isChunked: Bool) -> BodyFraming {
        if method == .head || self.status < 200 || self.status == 204 || self.status == 304 { return .none }
        if isChunked { return .chunked }
        if let contentLength { return .length(contentLength) }
        return .untilClose
    }
}
