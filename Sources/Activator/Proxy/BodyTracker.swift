import HTTPWire

/// Follows a body to its end through the bytes of a connection.
struct BodyTracker {
    /// How the end is found; of a length, what remains of it.
    private(set) var framing: BodyFraming
    /// What breaks the framing; nothing behind it can be trusted.
    private(set) var fault: WireFault?
    /// Bytes of the body have come.
    private(set) var hasBegun = false
    private var chunks = ChunkedBody()

    static let none = BodyTracker(.none)

    init(_ framing: BodyFraming) {
        self.framing = framing
    }

    var isComplete: Bool {
        switch self.framing {
        case .none: true
        case .length(let remaining): remaining == 0
        case .chunked: self.chunks.isDone
        case .untilClose: false
        }
    }

    /// The end of the connection is the end of the body.
    var endsWithConnection: Bool { self.framing == .untilClose }

    /// How many of these bytes, from the first on, belong to the body.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count > 0, self.fault == nil else { return 0 }
        switch self.framing {
        case .none:
            return 0
        case .length(let remaining):
            let consumed = min(UInt64(bytes.count), remaining)
            self.framing = .length(remaining - consumed)
            self.hasBegun = true
            return Int(consumed)
        case .chunked:
            guard !self.chunks.isDone else { return 0 }
            let advance = self.chunks.advance(over: bytes)
            self.fault = advance.fault
            self.hasBegun = true
            return advance.byteCount
        case .untilClose:
            return bytes.count
        }
    }

    /// As above for a chunked body, with the data in between the framing.
    mutating func consumeData(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) -> Int {
        var position = 0
        while true {
            switch self.chunks.next(in: bytes, from: &position) {
            case .data(let range):
                body(UnsafeRawBufferPointer(rebasing: bytes[range]))
            case .needsMore, .end:
                return position
            case .invalid(let fault):
                self.fault = fault
                return position
            }
        }
    }
}
