// Rooms: HTTPWire
@testable import HTTPWire

/// What a parse came to, for comparison.
struct Outcome: Equatable {
    var progress: HeadProgress
    var ranges: [Range<Int>] = []
    var flags: [Bool] = []
    var framing = BodyFraming.none
    var fieldCount = 0

    init(_ progress: HeadProgress, _ head: borrowing RequestHead) {
        self.progress = progress
        guard case .complete = progress else { return }
        self.ranges = [head.methodName.range, head.target.range, head.path.range, head.query.range, head.host.range]
        self.flags = [head.isKeepAlive, head.expectsContinue, head.acceptsTrailers, head.upgrade == .none]
        self.framing = head.framing
        self.fieldCount = head.fields.count
    }
}

/// Runs `body` with a copy of the bytes in memory of exactly their size, so that the sanitizer sees a read beyond.
func withCopy<Result>(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    defer { copy.deallocate() }
    copy.copyMemory(from: bytes)
    return body(UnsafeRawBufferPointer(copy))
}

func require(_ condition: Bool, _ what: StaticString) {
    guard condition else { fatalError("\(what)") }
}

/// Parses with the bytes cut at places that their own content decides.
func parseInPieces(_ input: UnsafeRawBufferPointer, step: Int, _ limits: HeadLimits) -> Outcome {
    var head = RequestHead(limits: limits)
    var count = 0
    while true {
        let outcome = withCopy(UnsafeRawBufferPointer(rebasing: input[..<count])) { Outcome(head.parse($0), head) }
        if outcome.progress != .needsMore || count == input.count { return outcome }
        count = min(input.count, count + step + Int(input[count] & 3))
    }
}

/// Compares with what comes of all bytes at once; only a fault may show later, with the end of the line it is in.
func checkPieces(_ input: UnsafeRawBufferPointer, step: Int, _ limits: HeadLimits, _ atOnce: Outcome) {
    var outcome = parseInPieces(input, step: step, limits)
    if outcome.progress == .needsMore, case .invalid = atOnce.progress {
        let ended = Array(input) + [UInt8(ascii: "\n")]
        outcome = ended.withUnsafeBytes { parseInPieces($0, step: step, limits) }
    }
    require(outcome == atOnce, "pieces make a difference")
}

/// Writes the head as a replica would get it, and reads it back.
func checkRewriting(_ head: borrowing RequestHead, _ message: UnsafeRawBufferPointer) {
    guard head.targetForm != .authority else { return }
    var options = UpstreamHeadOptions()
    options.strippedPathBytes = head.path.count / 2
    let region = UnsafeMutableRawBufferPointer.allocate(
        byteCount: head.upstreamHeadCapacity(options),
        alignment: 1
    )
    defer { region.deallocate() }
    let count = head.writeUpstreamHead(of: message, options: options, into: region)
    let written = UnsafeRawBufferPointer(rebasing: region[..<count])
    var again = RequestHead(limits: HeadLimits(headBytes: 65_535, fieldCount: 65_535, targetBytes: 65_535))
    let progress = withCopy(written) { again.parse($0) }
    if case .invalid(.malformedHost) = progress {
        require(head.host.isEmpty, "the written head has a malformed host")
        return
    }
    require(progress == .complete(length: count), "the written head is not sound")
    require(again.framing == head.framing, "the written head frames another body")
    require(again.method == head.method, "the written head has another method")
    require(again.isKeepAlive && again.upgrade == .none, "the written head speaks of this hop")
    require(again.hostHash == head.hostHash, "the written head has another host")
    for index in 0..<again.fields.count {
        let field = again.fields[index]
        let isHopByHop = field.isHopByHop && !(again.acceptsTrailers && [.te, .connection].contains(field.header))
        let isFraming = field.header == .transferEncoding && again.framing == .chunked
        require(!isHopByHop || isFraming, "a field of one hop was handed on")
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    // Small limits for some inputs, so that they are met.
    let isNarrow = input.last.map { $0 & 1 == 1 } ?? false
    let limits = isNarrow ? HeadLimits(headBytes: 200, fieldCount: 5, targetBytes: 20) : HeadLimits()
    var head = RequestHead(limits: limits)
    let atOnce = Outcome(head.parse(input), head)
    // Long inputs in longer pieces, because the time for all of them grows with the square.
    checkPieces(input, step: 1 + count / 128, limits, atOnce)
    checkPieces(input, step: 40, limits, atOnce)
    if case .complete(let length) = atOnce.progress {
        require(length <= min(count, limits.headBytes), "the head is longer than it can be")
        require(atOnce.fieldCount <= limits.fieldCount, "there are more fields than allowed")
        require(head.target.count <= limits.targetBytes, "the target is longer than allowed")
        checkRewriting(head, input)
    }
    return 0
}
