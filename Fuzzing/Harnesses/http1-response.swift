// Rooms: HTTPWire
@testable import HTTPWire

func require(_ condition: Bool, _ what: StaticString) {
    guard condition else { fatalError("\(what)") }
}

/// Parses in pieces, each time from memory of exactly the bytes that have come.
func parseInPieces(_ input: UnsafeRawBufferPointer, _ method: HTTPMethod) -> HeadProgress {
    var head = ResponseHead()
    // Long inputs in longer pieces, because the time for all of them grows with the square.
    for count in stride(from: 0, to: input.count, by: 1 + input.count / 128) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<count]))
        let progress = head.parse(UnsafeRawBufferPointer(copy), answering: method)
        if progress != .needsMore { return progress }
    }
    return head.parse(input, answering: method)
}

/// Writes the head as the client would get it, and reads it back.
func checkRewriting(
    _ head: borrowing ResponseHead,
    _ message: UnsafeRawBufferPointer,
    _ method: HTTPMethod,
    _ version: HTTPVersion
) {
    var options = ClientHeadOptions()
    options.version = version
    options.keepsUpgrade = true
    let region = UnsafeMutableRawBufferPointer.allocate(byteCount: head.clientHeadCapacity(options), alignment: 1)
    defer { region.deallocate() }
    let count = head.writeClientHead(of: message, options: options, into: region)
    var again = ResponseHead(limits: HeadLimits(headBytes: 65_535, fieldCount: 65_535))
    let progress = again.parse(UnsafeRawBufferPointer(rebasing: region[..<count]), answering: method)
    require(progress == .complete(length: count), "the written head is not sound")
    require(again.status == head.status, "the written head has another status")
    require(again.framing == head.framing(for: version), "the written head frames another body")
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    let choice = input.last ?? 0
    let method: HTTPMethod = choice & 1 == 0 ? .get : .head
    let version: HTTPVersion = choice & 2 == 0 ? .http11 : .http10
    var head = ResponseHead()
    let progress = head.parse(input, answering: method)
    var inPieces = parseInPieces(input, method)
    if inPieces == .needsMore, case .invalid = progress {
        // A fault may show later, with the end of the line it is in.
        inPieces = (Array(input) + [UInt8(ascii: "\n")]).withUnsafeBytes { parseInPieces($0, method) }
    }
    require(inPieces == progress, "pieces make a difference")
    if case .complete = progress { checkRewriting(head, input, method, version) }
    return 0
}
