// Rooms: HTTPWire
@testable import HTTPWire

func require(_ condition: Bool, _ what: StaticString) {
    guard condition else { fatalError("\(what)") }
}

/// What came of a body.
struct Dechunked: Equatable {
    var data: [UInt8] = []
    var byteCount = 0
    var isEnd = false
    var fault: WireFault?
}

/// Takes the data out, in pieces of at most `step` bytes, each in memory of its own.
func dechunk(_ input: UnsafeRawBufferPointer, step: Int, _ limits: ChunkedBody.Limits) -> Dechunked {
    var body = ChunkedBody(limits: limits)
    var result = Dechunked()
    var start = 0
    while start < input.count, !result.isEnd, result.fault == nil {
        let piece = Array(input[start..<min(start + step, input.count)])
        var position = 0
        var isPieceDone = false
        while !isPieceDone {
            switch piece.withUnsafeBytes({ body.next(in: $0, from: &position) }) {
            case .data(let range): result.data += piece[range]
            case .needsMore: isPieceDone = true
            case .end: (isPieceDone, result.isEnd) = (true, true)
            case .invalid(let fault): (isPieceDone, result.fault) = (true, fault)
            }
        }
        require(result.fault != nil || result.isEnd || position == piece.count, "bytes were left")
        result.byteCount = start + position
        start += piece.count
    }
    return result
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    var limits = ChunkedBody.Limits()
    if let last = input.last, last & 1 == 1 {
        limits.chunkBytes = 100
        limits.extensionBytes = 5
        limits.trailerBytes = 20
    }
    let atOnce = dechunk(input, step: max(1, count), limits)
    require(dechunk(input, step: 1 + count / 256, limits) == atOnce, "small pieces make a difference")
    require(dechunk(input, step: 7, limits) == atOnce, "pieces make a difference")

    var body = ChunkedBody(limits: limits)
    let advance = body.advance(over: input)
    require(advance.byteCount == atOnce.byteCount, "passing on takes other bytes than reading")
    require(advance.dataCount == atOnce.data.count, "passing on counts other data than reading")
    require(advance.isEnd == atOnce.isEnd && advance.fault == atOnce.fault, "passing on ends otherwise than reading")
    // A body that is over is over at the same place with anything behind it.
    if atOnce.isEnd, atOnce.byteCount > 0 {
        var again = ChunkedBody(limits: limits)
        let exact = again.advance(over: UnsafeRawBufferPointer(rebasing: input[..<atOnce.byteCount]))
        require(exact.isEnd && exact.byteCount == atOnce.byteCount, "the end depends on what follows")
    }
    return 0
}
