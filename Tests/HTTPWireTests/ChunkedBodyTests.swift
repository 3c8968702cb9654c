import Testing

@testable import HTTPWire

/// What came of a chunked body.
struct Dechunked: Equatable {
    var data: [UInt8] = []
    /// Bytes that belong to the body.
    var byteCount = 0
    var isEnd = false
    var fault: WireFault?
}

/// Feeds bytes in pieces, each in memory of its own, and collects the data.
func dechunk(_ bytes: [UInt8], cuts: [Int] = [], limits: ChunkedBody.Limits = .init()) -> Dechunked {
    var body = ChunkedBody(limits: limits)
    var result = Dechunked()
    let places = [0] + cuts + [bytes.count]
    for (start, end) in zip(places, places.dropFirst()) where !result.isEnd && result.fault == nil {
        let piece = Array(bytes[start..<end])
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
        result.byteCount = start + position
    }
    return result
}

/// The same through `advance(over:)`, which leaves the data where it is.
func advance(_ bytes: [UInt8], cuts: [Int] = []) -> Dechunked {
    var body = ChunkedBody()
    var result = Dechunked()
    let places = [0] + cuts + [bytes.count]
    for (start, end) in zip(places, places.dropFirst()) where !result.isEnd && result.fault == nil {
        let advance = Array(bytes[start..<end]).withUnsafeBytes { body.advance(over: $0) }
        result.byteCount = start + advance.byteCount
        result.data += Array(repeating: 0, count: advance.dataCount)
        (result.isEnd, result.fault) = (advance.isEnd, advance.fault)
    }
    return result
}

@Suite("ChunkedBody")
struct ChunkedBodyTests {
    static let bodies: [(String, String)] = [
        ("0\r\n\r\n", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("1\r\nh\r\n4\r\nello\r\n0\r\n\r\n", "hello"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("a\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
        ("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"),
        ("5;a=b\r\nhello\r\n0;c=\"d;e\"\r\n\r\n", "hello"),
        ("5;\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5 ;a\r\nhello\r\n0\t;b\r\n\r\n", "hello"),
        ("5;a=\"é\"\r\nhello\r\n0\r\n\r\n", "hello"),
        ("0\r\nX-Sum: 1\r\n\r\n", ""),
        ("0\r\nX-Sum:\r\nY:  a\tb \r\n\r\n", ""),
    ]

    @Test("the data comes out, the end is seen, and what follows is left", arguments: bodies)
    func sound(body: String, data: String) {
        let bytes = Array(body.utf8)
        for tail in ["", "GET / HTTP/1.1\r\n", "0\r\n\r\n"] {
            let result = dechunk(bytes + Array(tail.utf8))
            #expect(result == Dechunked(data: Array(data.utf8), byteCount: bytes.count, isEnd: true))
        }
    }

    static let refusals: [Refusal] = [
        Refusal("no size", "\r\nhello", .malformedChunkSize),
        Refusal("a blank before the size", " 5\r\nhello\r\n", .malformedChunkSize),
        Refusal("a hexadecimal prefix", "0x5\r\nhello\r\n", .malformedChunkSize),
        Refusal("a sign", "+5\r\nhello\r\n", .malformedChunkSize),
        Refusal("a negative size", "-5\r\nhello\r\n", .malformedChunkSize),
        Refusal("a letter that is no digit", "5g\r\nhello\r\n", .malformedChunkSize),
        Refusal("a grouped size", "1_0\r\n", .malformedChunkSize),
        Refusal("a comma", "5,5\r\n", .malformedChunkSize),
        Refusal("a blank after the size", "5 \r\nhello\r\n", .malformedChunkSize),
        Refusal("two sizes", "5 5\r\nhello\r\n", .malformedChunkSize),
        Refusal("a NUL after the size", "5\u{0}\r\nhello\r\n", .malformedChunkSize),
        Refusal("a line feed alone after the size", "5\nhello\r\n", .bareLineFeed),
        Refusal("a carriage return alone after the size", "5\rhello\r\n", .bareCarriageReturn),
        Refusal("two carriage returns", "5\r\r\nhello\r\n", .bareCarriageReturn),
        Refusal("a line feed alone after a blank", "5 \nhello", .bareLineFeed),
        Refusal("a line feed in an extension", "5;a\nhello\r\n", .bareLineFeed),
        Refusal("a carriage return in an extension", "5;a\rb\r\nhello\r\n", .bareCarriageReturn),
        Refusal("a NUL in an extension", "5;a\u{0}\r\nhello\r\n", .malformedChunkExtension),
        Refusal("a quoted line end in an extension", "5;a=\"\n\"\r\nhello\r\n", .bareLineFeed),
        Refusal("more digits than 64 bits", "00000000000000005\r\nhello\r\n", .chunkTooLarge),
        Refusal("a size of 64 bits", "ffffffffffffffff\r\n", .chunkTooLarge),
        Refusal("a size of 2^63", "8000000000000000\r\n", .chunkTooLarge),
        Refusal("a size that wraps to 5", "10000000000000005\r\nhello\r\n", .chunkTooLarge),
        Refusal("data longer than the size", "4\r\nhello\r\n0\r\n\r\n", .malformedChunkEnd),
        Refusal("data one byte longer, then a line feed", "4\r\nhello\n0\r\n\r\n", .malformedChunkEnd),
        Refusal("data shorter than the size", "6\r\nhello\r\n0\r\n\r\n", .malformedChunkEnd),
        Refusal("a line feed alone after the data", "5\r\nhello\n0\r\n\r\n", .malformedChunkEnd),
        Refusal("a carriage return alone after the data", "5\r\nhello\r0\r\n\r\n", .malformedChunkEnd),
        Refusal("a line feed alone at the end", "0\r\n\n", .bareLineFeed),
        Refusal("a carriage return alone at the end", "0\r\n\rX", .bareCarriageReturn),
        Refusal("a folded trailer", "0\r\nX: a\r\n b\r\n\r\n", .foldedField),
        Refusal("a blank before a trailer's colon", "0\r\nX : a\r\n\r\n", .blankBeforeColon),
        Refusal("a trailer without a colon", "0\r\nX\r\n\r\n", .malformedFieldName),
        Refusal("a trailer without a name", "0\r\n: a\r\n\r\n", .malformedFieldName),
        Refusal("a NUL in a trailer's name", "0\r\nX\u{0}: a\r\n\r\n", .malformedFieldName),
        Refusal("a NUL in a trailer's value", "0\r\nX: \u{0}\r\n\r\n", .malformedFieldValue),
        Refusal("a line feed alone after a trailer", "0\r\nX: a\n\r\n", .bareLineFeed),
        Refusal("a line feed in a trailer's name", "0\r\nX\n: a\r\n\r\n", .bareLineFeed),
        Refusal("a carriage return alone after a trailer", "0\r\nX: a\rb\r\n\r\n", .bareCarriageReturn),
        Refusal("a request in the trailers", "0\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .blankBeforeColon),
    ]

    @Test("is refused with the fault that names it", arguments: refusals)
    func refused(row: Refusal) {
        let bytes = Array(row.message.utf8)
        #expect(dechunk(bytes).fault == row.fault)
        #expect(advance(bytes).fault == row.fault)
    }

    @Test(
        "what frames, routes or identifies may not come late",
        arguments: [
            "Content-Length", "transfer-encoding", "HOST", "Authorization", "Connection", "Trailer", "X-Forwarded-For",
            "Content-Type", "Cookie", "Set-Cookie", "TE", "Upgrade", "Via", "Inference-Header-Content-Length",
        ]
    )
    func forbiddenTrailers(name: String) {
        #expect(dechunk(Array("0\r\n\(name): 5\r\n\r\n".utf8)).fault == .forbiddenTrailer)
        #expect(dechunk(Array("0\r\n\(name)x: 5\r\n\r\n".utf8)).isEnd)
        #expect(dechunk(Array("0\r\nA: 5\r\n\(name): 5\r\n\r\n".utf8), cuts: [8, 9, 10]).fault == .forbiddenTrailer)
    }

    @Test("a fault stops before the byte at fault, so that nothing of it is passed on")
    func stopsBeforeTheFault() {
        #expect(advance(Array("5\r\nhello\r\n0x1\r\n".utf8)).byteCount == 11)
        #expect(advance(Array("5\r\nhelloX".utf8)).byteCount == 8)
        #expect(advance(Array("0\r\nA: b\u{0}".utf8)).byteCount == 7)
        var limits = ChunkedBody.Limits()
        limits.trailerBytes = 6
        #expect(dechunk(Array("0\r\nA: bbbbbbbbbbbbbb\r\n\r\n".utf8), limits: limits).byteCount == 9)
    }

    @Test("each limit is met exactly and not exceeded")
    func limits() {
        var limits = ChunkedBody.Limits()
        limits.chunkBytes = 5
        limits.extensionBytes = 3
        limits.trailerBytes = 8
        func fault(_ text: String) -> WireFault? { dechunk(Array(text.utf8), limits: limits).fault }
        #expect(fault("5\r\nhello\r\n0\r\n\r\n") == nil)
        #expect(fault("6\r\nhello!\r\n0\r\n\r\n") == .chunkTooLarge)
        #expect(fault("1;ab\r\nh\r\n1;ab\r\nh\r\n0\r\n\r\n") == nil)
        #expect(fault("1;abc\r\nh\r\n") == .chunkExtensionTooLong)
        #expect(fault("1    ;\r\nh\r\n") == .chunkExtensionTooLong)
        #expect(fault("0\r\nA: b\r\n\r\n") == nil)
        #expect(fault("0\r\nA: bc\r\n\r\n") == .trailersTooLarge)
        #expect(fault("0\r\nABCDEFGHIJ") == .trailersTooLarge)
        #expect(fault("0\r\nA: bbbbbbb") == .trailersTooLarge)
    }

    @Test("a body that is over takes nothing more")
    func afterTheEnd() {
        var body = ChunkedBody()
        let bytes = Array("0\r\n\r\n".utf8)
        #expect(bytes.withUnsafeBytes { body.advance(over: $0) }.isEnd)
        #expect(body.isDone)
        let more = bytes.withUnsafeBytes { body.advance(over: $0) }
        #expect(more == ChunkedBody.Advance(byteCount: 0, dataCount: 0, isEnd: true, fault: nil))
        #expect(body.advance(over: UnsafeRawBufferPointer(start: nil, count: 0)).isEnd)
    }

    @Test("it does not matter where the bytes are cut")
    func everyCut() {
        let texts = Self.bodies.map(\.0) + Self.refusals.map(\.message)
        for bytes in texts.map({ Array(($0 + "rest").utf8) }) {
            let whole = dechunk(bytes)
            for cut in 0...bytes.count { #expect(dechunk(bytes, cuts: [cut]) == whole, "cut at \(cut)") }
            #expect(dechunk(bytes, cuts: Array(0...bytes.count)) == whole)
            let skipped = advance(bytes, cuts: Array(0...bytes.count))
            #expect((skipped.byteCount, skipped.data.count) == (whole.byteCount, whole.data.count))
            #expect((skipped.isEnd, skipped.fault) == (whole.isEnd, whole.fault))
        }
    }

    @Test("what was chunked at random comes back, cut at random", arguments: [UInt64](1...8))
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            var data: [UInt8] = []
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let chunk = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    random.pick([13, 10, 48, 0, 255, 65] as [UInt8])
                }
                data += chunk
                let head = written(capacity: WireWriter.chunkHeadCapacity) { region in
                    var writer = WireWriter(region)
                    writer.appendChunkHead(dataCount: chunk.count)
                    return writer.count
                }
                bytes += Array(head.utf8) + chunk + [13, 10]
            }
            bytes += Array("\(WireWriter.lastChunk)".utf8)
            let cuts = random.cuts(bytes.count, maximum: 10)
            let expected = Dechunked(data: data, byteCount: bytes.count, isEnd: true)
            #expect(dechunk(bytes, cuts: cuts) == expected, "seed \(seed), cuts \(cuts)")
        }
    }
}
