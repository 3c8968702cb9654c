@testable import HTTPWire

/// What came of a request head, as text: easy to compare, and free of the bytes it was parsed from.
struct ParsedRequest: Equatable {
    var method = ""
    var target = ""
    var path = ""
    var query = ""
    var form = TargetForm.origin
    var version = HTTPVersion.http11
    var host = ""
    var hostName = ""
    var framing = BodyFraming.none
    var isKeepAlive = true
    var expectsContinue = false
    var upgrade = UpgradeRequest.none
    var acceptsTrailers = false
    var fields: [[String]] = []
    var hopByHop: [String] = []
    var length = 0

    init() {}

    init(_ head: borrowing RequestHead, in message: UnsafeRawBufferPointer) {
        self.method = head.methodName.string(in: message)
        self.target = head.target.string(in: message)
        self.path = head.path.string(in: message)
        self.query = head.query.string(in: message)
        self.form = head.targetForm
        self.version = head.version
        self.host = head.host.string(in: message)
        self.hostName = head.hostName.string(in: message)
        self.framing = head.framing
        self.isKeepAlive = head.isKeepAlive
        self.expectsContinue = head.expectsContinue
        self.upgrade = head.upgrade
        self.acceptsTrailers = head.acceptsTrailers
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            self.fields.append([field.name.string(in: message), field.value.string(in: message)])
            if field.isHopByHop { self.hopByHop.append(field.name.string(in: message).lowercased()) }
        }
        self.length = head.length
    }
}

/// The outcome of parsing: what was found, what is wrong, or that bytes are missing.
enum Outcome<Parsed: Equatable>: Equatable {
    case complete(Parsed)
    case invalid(WireFault)
    case needsMore

    var parsed: Parsed? {
        guard case .complete(let parsed) = self else { return nil }
        return parsed
    }

    var fault: WireFault? {
        guard case .invalid(let fault) = self else { return nil }
        return fault
    }
}

/// Parses bytes that arrive in pieces, each time from memory of exactly the bytes that have come, so that a read past
/// their end is a read past an allocation.
func parseRequest(
    _ bytes: [UInt8],
    pieces: [Int] = [],
    limits: HeadLimits = HeadLimits()
) -> Outcome<ParsedRequest> {
    var head = RequestHead(limits: limits)
    for count in pieces.sorted() + [bytes.count] {
        let outcome = Array(bytes[..<count]).withUnsafeBytes { message -> Outcome<ParsedRequest> in
            switch head.parse(message) {
            case .needsMore: .needsMore
            case .invalid(let fault): .invalid(fault)
            case .complete: .complete(ParsedRequest(head, in: message))
            }
        }
        if outcome != .needsMore { return outcome }
    }
    return .needsMore
}

func parseRequest(_ text: String, limits: HeadLimits = HeadLimits()) -> Outcome<ParsedRequest> {
    parseRequest(Array(text.utf8), limits: limits)
}

/// Parses a response head from memory of exactly its bytes, and hands it to `body` when it is complete.
func withResponse<Result>(
    _ text: String,
    answering method: HTTPMethod = .get,
    _ body: (borrowing ResponseHead, UnsafeRawBufferPointer) -> Result
) -> Outcome<Result> {
    var head = ResponseHead()
    return Array(text.utf8).withUnsafeBytes { message in
        switch head.parse(message, answering: method) {
        case .needsMore: .needsMore
        case .invalid(let fault): .invalid(fault)
        case .complete: .complete(body(head, message))
        }
    }
}

/// Rewrites a request's head, and gives it back as text; `nil` when it is not a complete one.
func rewritten(_ text: String, _ adjust: (inout UpstreamHeadOptions) -> Void = { _ in }) -> String? {
    rewritten(Array(text.utf8), adjust)
}

func rewritten(_ bytes: [UInt8], _ adjust: (inout UpstreamHeadOptions) -> Void = { _ in }) -> String? {
    var head = RequestHead()
    return bytes.withUnsafeBytes { message -> String? in
        guard case .complete = head.parse(message) else { return nil }
        let address: StaticString = "10.0.0.9"
        var options = UpstreamHeadOptions()
        options.clientAddress = UnsafeRawBufferPointer(start: address.utf8Start, count: address.utf8CodeUnitCount)
        adjust(&options)
        return written(capacity: head.upstreamHeadCapacity(options)) { region in
            head.writeUpstreamHead(of: message, options: options, into: region)
        }
    }
}

/// The bytes that `write` puts into memory of exactly that capacity.
func written(capacity: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) -> String {
    let region = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
    defer { region.deallocate() }
    let count = write(region)
    return String(decoding: UnsafeRawBufferPointer(rebasing: region[..<count]), as: UTF8.self)
}

extension StaticString {
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.utf8Start, count: self.utf8CodeUnitCount)
    }
}
