import Testing

@testable import HTTPWire

@Suite("ResponseHead.parse")
struct ResponseHeadTests {
    static func framing(_ text: String, answering method: HTTPMethod = .get) -> BodyFraming? {
        withResponse(text, answering: method) { head, _ in head.framing }.parsed
    }

    @Test("a typical response is understood whole")
    func typical() {
        let text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"
        let outcome = withResponse(text) { head, message in
            #expect(head.status == 200)
            #expect(head.reason.string(in: message) == "OK")
            #expect(head.version == .http11)
            #expect(head.framing == .length(12))
            #expect(head.isKeepAlive == true)
            #expect(head.length == text.utf8.count)
            return head.fields.value(of: .contentType)?.string(in: message) ?? ""
        }
        #expect(outcome == .complete("application/json"))
    }

    @Test(
        "where the body ends, by RFC 9112 section 6.3",
        arguments: [
            ("200 OK", ["Content-Length: 5"], HTTPMethod.get, BodyFraming.length(5)),
            ("200 OK", ["Transfer-Encoding: chunked"], .get, .chunked), ("200 OK", [], .get, .untilClose),
            ("200 OK", ["Content-Length: 5"], .head, .none), ("200 OK", ["Transfer-Encoding: chunked"], .head, .none),
            ("200 OK", [], .head, .none), ("204 No Content", [], .get, .none), ("304 Not Modified", [], .get, .none),
            ("304 Not Modified", ["Content-Length: 5"], .get, .none), ("205 Reset", [], .get, .untilClose),
            ("204 No Content", ["Content-Length: 5"], .get, .none), ("100 Continue", [], .post, .none),
            ("101 Switching Protocols", [], .get, .none), ("500 No", ["Content-Length: 0"], .get, .length(0)),
        ]
    )
    func bodyEnds(status: String, lines: [String], method: HTTPMethod, expected: BodyFraming) {
        let text = "HTTP/1.1 \(status)\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
        #expect(Self.framing(text, answering: method) == expected)
    }

    @Test(
        "a second request may follow when framing, version and options let it",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true), ("HTTP/1.1 200 OK\r\n\r\n", false),
            ("HTTP/1.1 204 OK\r\n\r\n", true), ("HTTP/1.1 204 OK\r\nConnection: close\r\n\r\n", false),
            ("HTTP/1.0 204 OK\r\n\r\n", false), ("HTTP/1.0 204 OK\r\nConnection: keep-alive\r\n\r\n", true),
            ("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n", false),
            ("HTTP/1.1 100 Continue\r\n\r\n", true),
        ]
    )
    func keepAlive(text: String, expected: Bool) {
        #expect(withResponse(text) { head, _ in head.isKeepAlive } == .complete(expected))
    }

    @Test("interim responses are known, and 101 is none of them")
    func interim() {
        for (status, isInterim) in [(100, true), (103, true), (101, false), (200, false)] {
            let text = "HTTP/1.1 \(status) X\r\n\r\n"
            #expect(withResponse(text) { head, _ in head.isInterim } == .complete(isInterim))
            #expect(withResponse(text) { head, _ in head.isSwitchingProtocols } == .complete(status == 101))
        }
    }

    @Test(
        "a reason may be empty, missing or of any text",
        arguments: [
            ("200 OK", "OK"), ("200 ", ""), ("200", ""), ("200 Not so\tbad", "Not so\tbad"), ("200 é", "é"),
            ("200  x", " x"),
        ]
    )
    func reasons(line: String, reason: String) {
        let outcome = withResponse("HTTP/1.1 \(line)\r\n\r\n") { head, message in head.reason.string(in: message) }
        #expect(outcome == .complete(reason))
    }

    static let refusals: [Refusal] = [
        Refusal("another protocol", "SSH-2.0-OpenSSH\r\n", .malformedVersion),
        Refusal("an empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", .malformedVersion),
        Refusal("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
        Refusal("no space after the version", "HTTP/1.1200 OK\r\n\r\n", .malformedStatusLine),
        Refusal("two spaces after the version", "HTTP/1.1  200 OK\r\n\r\n", .malformedStatusLine),
        Refusal("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", .malformedStatusLine),
        Refusal("a status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", .malformedStatusLine),
        Refusal("a status below 100", "HTTP/1.1 099 OK\r\n\r\n", .malformedStatusLine),
        Refusal("a signed status", "HTTP/1.1 +20 OK\r\n\r\n", .malformedStatusLine),
        Refusal("a control in the reason", "HTTP/1.1 200 O\u{1}K\r\n\r\n", .malformedFieldValue),
        Refusal("a line feed alone", "HTTP/1.1 200 OK\n\r\n", .bareLineFeed),
        Refusal("a line feed right after the status", "HTTP/1.1 200\n\r\n", .malformedStatusLine),
        Refusal("a folded field", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", .foldedField),
        Refusal(
            "length and coding",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncodingWithContentLength
        ),
        Refusal(
            "two lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            .conflictingContentLength
        ),
        Refusal("another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unsupportedTransferCoding),
        Refusal("a coding in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
        Refusal("a length with a sign", "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", .malformedContentLength),
    ]

    @Test("is refused with the fault that names it", arguments: refusals)
    func refused(row: Refusal) {
        #expect(withResponse(row.message) { _, _ in true }.fault == row.fault)
    }

    @Test("it does not matter where the bytes are cut")
    func splitting() {
        let texts = Self.refusals.map(\.message) + ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX: y\r\n\r\n"]
        for bytes in texts.map({ Array($0.utf8) }) {
            var whole = ResponseHead()
            let atOnce = bytes.withUnsafeBytes { whole.parse($0, answering: .get) }
            var head = ResponseHead()
            var progress = HeadProgress.needsMore
            for count in 0...bytes.count where progress == .needsMore {
                progress = Array(bytes[..<count]).withUnsafeBytes { head.parse($0, answering: .get) }
            }
            #expect(progress == atOnce)
            #expect(atOnce != .needsMore)
        }
    }

    @Test("heads follow one another on the connection, and nothing of the first stays")
    func interimThenFinal() {
        let text = "HTTP/1.1 103 Early\r\nConnection: close\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
        var head = ResponseHead()
        Array(text.utf8).withUnsafeBytes { message in
            guard case .complete(let first) = head.parse(message, answering: .get) else {
                Issue.record("no interim head")
                return
            }
            #expect(head.isInterim == true && head.isKeepAlive == false)
            let rest = UnsafeRawBufferPointer(rebasing: message[first...])
            #expect(head.parse(rest, answering: .get) == .complete(length: rest.count))
            #expect(head.status == 200 && head.isKeepAlive == true && head.fields.count == 1)
        }
    }

    @Test("an endless head is refused")
    func endless() {
        var head = ResponseHead(limits: HeadLimits(headBytes: 32))
        let text = Array("HTTP/1.1 200 OK\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa".utf8)
        #expect(text.withUnsafeBytes { head.parse($0, answering: .get) } == .invalid(.headTooLarge))
    }
}
