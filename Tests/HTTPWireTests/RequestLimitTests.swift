import Testing

@testable import HTTPWire

@Suite("HeadLimits")
struct RequestLimitTests {
    static let head = "GET /12345 HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n"

    static func parse(_ text: String, headBytes: Int = 1000, fields: Int = 100, target: Int = 100) -> WireFault? {
        let limits = HeadLimits(headBytes: headBytes, fieldCount: fields, targetBytes: target)
        return parseRequest(text, limits: limits).fault
    }

    @Test("each limit is met exactly and not exceeded")
    func edges() {
        let count = Self.head.utf8.count
        #expect(Self.parse(Self.head, headBytes: count) == nil)
        #expect(Self.parse(Self.head, headBytes: count - 1) == .headTooLarge)
        #expect(Self.parse(Self.head, fields: 2) == nil)
        #expect(Self.parse(Self.head, fields: 1) == .tooManyFields)
        #expect(Self.parse(Self.head, target: 6) == nil)
        #expect(Self.parse(Self.head, target: 5) == .targetTooLong)
    }

    @Test("a head without an end is refused as soon as it fills the limit, wherever it stands")
    func endless() {
        for text in ["GET /", "GET / HTTP/1.1\r\nX", "GET / HTTP/1.1\r\nX: ", "GET / HTTP/1.1\r\nX:a\r\nY:"] {
            let filled = text + String(repeating: "a", count: 64 - text.utf8.count)
            #expect(Self.parse(filled, headBytes: 64) == .headTooLarge, "\(text)")
            #expect(parseRequest(String(filled.dropLast()), limits: HeadLimits(headBytes: 64)) == .needsMore)
        }
    }

    @Test("bytes beyond the limit are no reason to refuse a head that ends before it")
    func bodyBeyond() {
        let text = Self.head + String(repeating: "a", count: 2000)
        #expect(Self.parse(text, headBytes: Self.head.utf8.count) == nil)
    }

    @Test("an endless target is refused before its end has come")
    func endlessTarget() {
        #expect(Self.parse("GET /aaaaaaaaaa", target: 10) == .targetTooLong)
        #expect(Self.parse("GET /a?aaaaaaaa", target: 10) == .targetTooLong)
    }
}
