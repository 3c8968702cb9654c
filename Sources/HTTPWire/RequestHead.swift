/// The head of a request, parsed in place, in pieces, strictly by RFC 9110 and 9112.
///
/// One value serves a connection for all its requests and allocates nothing after its largest head. It holds offsets
/// only; whoever asks for bytes passes the message again.
///
/// ```swift
/// var head = RequestHead(limits: HeadLimits())
/// switch head.parse(bytes) {  // every byte since the request began, so far
/// case .needsMore: break  // call again with the same bytes and those that come
/// case .complete(let length): forward(head, bodyStart: length)
/// case .invalid(let fault): answerAndClose(fault.status, fault.sentence)
/// }
/// ```
///
/// What is stricter than the RFC, because it has no honest use and helps those who smuggle: lines end with CR LF only;
/// of empty lines before the request at most two are skipped; a host is letters, digits and `-._~` or an address; a
/// Content-Length is one number, not a list; a target is ASCII without `#`.
public struct RequestHead: ~Copyable {
    static let skippedEmptyLines = 2

    public let limits: HeadLimits
    var scan = HeadScan()

    // What follows means something once `parse` has answered `.complete`, until it is called again.

    public private(set) var method = HTTPMethod.other
    public private(set) var methodName = ByteRange.empty
    public private(set) var version = HTTPVersion.http11
    public private(set) var targetForm = TargetForm.origin
    /// The whole request target as it was sent.
    public private(set) var target = ByteRange.empty
    /// The target's path without its query; empty when an absolute target has none, and for `*` and `host:port`.
    public private(set) var path = ByteRange.empty
    /// The query with its question mark; empty when there is none.
    public private(set) var query = ByteRange.empty
    /// Host and port as the target has them, else the Host field; empty only in HTTP/1.0.
    public internal(set) var host = ByteRange.empty
    /// The host without its port and without a trailing dot.
    public internal(set) var hostName = ByteRange.empty
    /// `HostName.hash` of `hostName`.
    public internal(set) var hostHash: UInt64 = 0
    /// How the body ends; never `.untilClose`.
    public internal(set) var framing = BodyFraming.none
    /// Whether the client wants to use the connection on.
    public internal(set) var isKeepAlive = true
    /// Whether the client waits for `100 Continue` before it sends the body.
    public internal(set) var expectsContinue = false
    /// The protocol change asked for, never with a body; the Upgrade field says which.
    public internal(set) var upgrade = UpgradeRequest.none
    /// Whether the client takes a trailer section.
    public internal(set) var acceptsTrailers = false
    public internal(set) var fields = HeaderTable()
    /// Bytes of the head, skipped empty lines and the last empty line included.
    public private(set) var length = 0

    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    /// Forgets a head that was begun; needed only when what was begun is given up.
    public mutating func reset() {
        self.scan = HeadScan()
        self.fields.removeAll()
    }

    /// Parses on, or begins anew when the last answer was `.complete` or `.invalid`.
    ///
    /// - Parameter message: Every byte that came since the message began, those already seen included. Bytes after the
    ///   head are not looked at.
    /// - Returns: A fault of a line that comes in pieces may show only when the line has ended.
    /// - Complexity: O(*n*) over all calls for one head.
    public mutating func parse(_ message: UnsafeRawBufferPointer) -> HeadProgress {
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
            try self.interpret(base)
            return .complete(length: self.length)
        } catch {
            self.scan.stage = .done
            return .invalid(error)
        }
    }

    /// Reads the lines that are whole; returns whether the last of the head was among them.
    @inline(__always)
    private mutating func readLines(_ base: UnsafeRawPointer, end: Int) throws(WireFault) -> Bool {
        if self.scan.stage == .startLine {
            while self.scan.position < Self.skippedEmptyLines * 2, self.scan.position < end,
                base.byte(self.scan.position) == Byte.carriageReturn
            {
                guard let next = try HeaderTable.lineEnd(base, at: self.scan.position, end: end) else { return false }
                self.scan.position = next
            }
            guard let next = try self.readRequestLine(base, from: self.scan.position, end: end) else { return false }
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

    // MARK: Request line

    /// Reads the request line and returns where the next line begins, or `nil` when bytes are missing.
    @inline(__always)
    private mutating func readRequestLine(
        _ base: UnsafeRawPointer,
        from start: Int,
        end: Int
    ) throws(WireFault) -> Int? {
        let methodEnd = ByteScan.token(base, from: start, to: end)
        guard methodEnd < end else { return nil }
        guard base.byte(methodEnd) == Byte.space, methodEnd > start else { throw .malformedMethod }

        let targetStart = methodEnd &+ 1
        let pathEnd = ByteScan.target(base, from: targetStart, to: end, stopsAtQuery: true)
        var targetEnd = pathEnd
        if pathEnd < end, base.byte(pathEnd) == Byte.questionMark {
            targetEnd = ByteScan.target(base, from: pathEnd, to: end, stopsAtQuery: false)
        }
        guard targetEnd &- targetStart <= self.limits.targetBytes else { throw .targetTooLong }
        guard targetEnd < end else { return nil }
        guard base.byte(targetEnd) == Byte.space else { throw Self.targetFault(base.byte(targetEnd)) }
        guard targetEnd > targetStart else { throw .malformedRequestLine }
        guard let next = try self.readVersion(base, from: targetEnd &+ 1, end: end) else { return nil }

        self.method = HTTPMethod(base, from: start, to: methodEnd, end: end)
        self.methodName = ByteRange(start, methodEnd)
        self.target = ByteRange(targetStart, targetEnd)
        self.query = ByteRange(pathEnd, targetEnd)
        self.path = ByteRange(targetStart, pathEnd)
        self.targetForm = .origin
        if base.byte(targetStart) != Byte.slash || self.method == .connect { try self.readUnusualTarget(base) }
        return next
    }

    private static func targetFault(_ byte: UInt8) -> WireFault {
        byte == Byte.carriageReturn || byte == Byte.lineFeed ? .malformedRequestLine : .malformedTarget
    }

    /// Reads `HTTP/1.1` and the end of the line.
    @inline(__always)
    private mutating func readVersion(_ base: UnsafeRawPointer, from start: Int, end: Int) throws(WireFault) -> Int? {
        let version11: UInt64 = 0x312E_312F_5054_5448  // "HTTP/1.1"
        if start &+ 10 <= end, base.word(start) == version11, base.byte(start &+ 8) == Byte.carriageReturn,
            base.byte(start &+ 9) == Byte.lineFeed
        {
            self.version = .http11
            return start &+ 10
        }
        return try self.readOtherVersion(base, from: start, end: end)
    }

    private mutating func readOtherVersion(
        _ base: UnsafeRawPointer,
        from start: Int,
        end: Int
    ) throws(WireFault) -> Int? {
        guard let version = try HTTPVersion.read(base, from: start, end: end) else { return nil }
        guard start &+ 8 < end else { return nil }
        let after = base.byte(start &+ 8)
        guard after == Byte.carriageReturn || after == Byte.lineFeed else { throw .malformedRequestLine }
        guard let next = try HeaderTable.lineEnd(base, at: start &+ 8, end: end) else { return nil }
        self.version = version
        return next
    }

    /// Tells the absolute, authority and asterisk forms apart and finds the path in them.
    private mutating func readUnusualTarget(_ base: UnsafeRawPointer) throws(WireFault) {
        let (start, end) = (self.target.start, self.target.end)
        if self.method == .connect {
            guard let nameEnd = HostName.nameEnd(base, from: start, to: end), nameEnd &+ 1 < end else {
                throw .malformedTarget
            }
            self.targetForm = .authority
            (self.path, self.query, self.host) = (.empty, .empty, self.target)
        } else if base.byte(start) == Byte.asterisk {
            guard end == start &+ 1, self.method == .options else { throw .malformedTarget }
            self.targetForm = .asterisk
            (self.path, self.query) = (.empty, .empty)
        } else {
            let bytes = UnsafeRawBufferPointer(start: base + start, count: end &- start)
            let schemeCount = Self.schemeCount(bytes)
            guard schemeCount > 0 else { throw .malformedTarget }
            var authorityEnd = start &+ schemeCount
            while authorityEnd < self.path.end, base.byte(authorityEnd) != Byte.slash { authorityEnd &+= 1 }
            let authority = ByteRange(start &+ schemeCount, authorityEnd)
            guard HostName.nameEnd(base, from: authority.start, to: authority.end) != nil else {
                throw .malformedTarget
            }
            self.targetForm = .absolute
            (self.host, self.path) = (authority, ByteRange(authorityEnd, self.path.end))
        }
    }

    /// Bytes of `http://` or `https://` at the start, or zero.
    private static func schemeCount(_ target: UnsafeRawBufferPointer) -> Int {
        for (text, count) in [("http://" as StaticString, 7), ("https://", 8)] where target.count > count {
            if UnsafeRawBufferPointer(rebasing: target[..<count]).equalsIgnoringCase(text) { return count }
        }
        return 0
    }
}
