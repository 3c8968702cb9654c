import Testing

@testable import HTTPWire

@Suite("RequestHead.writeUpstreamHead")
struct UpstreamHeadTests {
    static func lines(_ text: String?) -> [String] {
        // One CR LF is one character to Swift.
        text.map { $0.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init) } ?? []
    }

    @Test("a typical request goes on with its fields in order and its way recorded")
    func typical() {
        let text = """
            POST /v1/models/iris:predict?a=b HTTP/1.1\r
            Host: iris.localhost:8080\r
            Accept:  */* \r
            Connection: keep-alive\r
            X-Request-Id: 7\r
            Content-Length: 45\r
            \r

            """
        let expected = """
            POST /v1/models/iris:predict?a=b HTTP/1.1\r
            Host: iris.localhost:8080\r
            Accept:  */* \r
            X-Request-Id: 7\r
            x-forwarded-for: 10.0.0.9\r
            x-forwarded-proto: http\r
            x-forwarded-host: iris.localhost:8080\r
            via: 1.1 pilotlight\r
            content-length: 45\r
            \r

            """
        #expect(rewritten(text) == expected)
    }

    @Test("what is for one hop is left out, whatever stands around it")
    func hopByHop() {
        let text = """
            GET / HTTP/1.1\r
            TE: trailers\r
            Keep-Alive: timeout=1\r
            Host: a\r
            X-One: 1\r
            Proxy-Connection: x\r
            Proxy-Authorization: x\r
            Connection: x-one, host\r
            Upgrade: h2c\r
            Authorization: Bearer t\r
            Expect: 100-continue\r
            Proxy-Authenticate: x\r
            \r

            """
        let fields = Self.lines(rewritten(text)).filter { !$0.hasPrefix("x-forwarded") && !$0.hasPrefix("via") }
        #expect(fields == ["GET / HTTP/1.1", "Host: a", "Authorization: Bearer t", "", ""])
    }

    @Test(
        "the path loses its prefix and stays a path",
        arguments: [
            ("/serving/ns/a/v1", 13, "/v1"), ("/serving/ns/a", 13, "/"), ("/serving/ns/a?x=/y", 13, "/?x=/y"),
            ("/serving/ns/abc", 13, "/bc"), ("/a//b", 2, "//b"), ("http://h/p/q?r", 2, "/q?r"), ("http://h", 0, "/"),
            ("http://h?x", 0, "/?x"), ("/", 0, "/"),
        ]
    )
    func prefixes(target: String, strippedBytes: Int, expected: String) {
        let head = rewritten("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n") { $0.strippedPathBytes = strippedBytes }
        #expect(Self.lines(head).first == "GET \(expected) HTTP/1.1")
    }

    @Test("the asterisk stays, also when it came as an absolute target")
    func asterisk() {
        for target in ["*", "http://a"] {
            let head = rewritten("OPTIONS \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(Self.lines(head).first == "OPTIONS * HTTP/1.1")
        }
    }

    @Test("an absolute target's host replaces the Host field")
    func absoluteHost() {
        let lines = Self.lines(rewritten("GET http://b:1/x HTTP/1.1\r\nX: y\r\nHost: a\r\n\r\n"))
        #expect(lines.filter { $0.lowercased().hasPrefix("host:") } == ["host: b:1"])
        #expect(lines.contains("x-forwarded-host: b:1"))
        #expect(lines.contains("X: y"))
    }

    @Test("HTTP/1.0 goes on as HTTP/1.1 with a host, and says what it was")
    func oldVersion() {
        let fallback: StaticString = "10.1.1.1:8080"
        let lines = Self.lines(
            rewritten("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") { $0.fallbackHost = fallback.bytes }
        )
        #expect(
            lines == [
                "GET / HTTP/1.1", "host: 10.1.1.1:8080", "x-forwarded-for: 10.0.0.9", "x-forwarded-proto: http",
                "via: 1.0 pilotlight", "", "",
            ]
        )
        // HTTP/1.1 demands the field even where there is nothing to say.
        #expect(Self.lines(rewritten("GET / HTTP/1.0\r\n\r\n"))[1] == "host: ")
        let own = Self.lines(rewritten("GET / HTTP/1.0\r\nHost: a\r\n\r\n") { $0.fallbackHost = fallback.bytes })
        #expect(own.filter { $0.lowercased().hasPrefix("host:") } == ["Host: a"])
    }

    @Test("X-Forwarded-For becomes one field with the client last")
    func forwardedFor() {
        let text = "GET / HTTP/1.1\r\nX-Forwarded-For: 1.1.1.1\r\nHost: a\r\nx-forwarded-for: 2.2.2.2, 3.3.3.3\r\n\r\n"
        func fields(_ text: String, _ adjust: (inout UpstreamHeadOptions) -> Void = { _ in }) -> [String] {
            Self.lines(rewritten(text, adjust)).filter { $0.lowercased().hasPrefix("x-forwarded-for") }
        }
        #expect(fields(text) == ["x-forwarded-for: 1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.9"])
        let nobody = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(fields(text) { $0.clientAddress = nobody } == ["x-forwarded-for: 1.1.1.1, 2.2.2.2, 3.3.3.3"])
        let empty = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For:\r\n\r\n"
        #expect(fields(empty) == ["x-forwarded-for: 10.0.0.9"])
        #expect(fields(empty) { $0.clientAddress = nobody } == [])
    }

    @Test("the client's word on protocol and host counts only when it is trusted")
    func trust() {
        let text = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\n\r\n"
        func fields(_ adjust: (inout UpstreamHeadOptions) -> Void) -> [String] {
            Self.lines(rewritten(text, adjust)).filter {
                $0.lowercased().hasPrefix("x-forwarded-proto") || $0.lowercased().hasPrefix("x-forwarded-host")
            }
        }
        #expect(fields { _ in } == ["x-forwarded-proto: http", "x-forwarded-host: a"])
        #expect(fields { $0.isSecure = true } == ["x-forwarded-proto: https", "x-forwarded-host: a"])
        #expect(fields { $0.trustsForwardingFields = true } == ["X-Forwarded-Proto: https", "X-Forwarded-Host: b"])
    }

    @Test("an expectation goes on only when it is wanted and means something")
    func expectation() {
        let text = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
        #expect(Self.lines(rewritten(text)).contains("Expect: 100-continue") == false)
        #expect(Self.lines(rewritten(text) { $0.keepsExpectation = true }).contains("Expect: 100-continue"))
        let old = text.replacing("HTTP/1.1", with: "HTTP/1.0")
        #expect(!Self.lines(rewritten(old) { $0.keepsExpectation = true }).contains("Expect: 100-continue"))
    }

    @Test("a protocol change goes on only when it is wanted and was asked for rightly")
    func upgrade() {
        let text =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n"
        let kept = Self.lines(rewritten(text) { $0.keepsUpgrade = true })
        #expect(kept.contains("connection: upgrade") && kept.contains("upgrade: websocket"))
        #expect(kept.contains("Sec-WebSocket-Key: k"))
        #expect(!Self.lines(rewritten(text)).contains { $0.lowercased().hasPrefix("upgrade") })
        let unasked = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"
        #expect(!Self.lines(rewritten(unasked) { $0.keepsUpgrade = true }).contains { $0.hasPrefix("upgrade") })
    }

    @Test("a client that takes trailers is heard, in the form the next hop needs")
    func trailers() {
        let lines = Self.lines(rewritten("GET / HTTP/1.1\r\nHost: a\r\nConnection: te\r\nTE: trailers\r\n\r\n"))
        #expect(lines.contains("connection: te") && lines.contains("te: trailers"))
    }

    @Test("the body is framed anew, once, as it came or as the caller says")
    func framing() {
        func fields(_ text: String, _ adjust: (inout UpstreamHeadOptions) -> Void = { _ in }) -> [String] {
            Self.lines(rewritten("POST / HTTP/1.1\r\nHost: a\r\n\(text)\r\n", adjust)).filter {
                ["content-l", "transfer-", "trailer: "].contains($0.lowercased().prefix(9))
            }
        }
        #expect(fields("Content-Length: 007\r\nContent-Length: 7\r\n") == ["content-length: 7"])
        #expect(fields("Content-Length: 0\r\n") == ["content-length: 0"])
        #expect(fields("") == [])
        let chunked = "Transfer-Encoding: Chunked\r\nTrailer: x\r\n"
        #expect(fields(chunked) == ["Trailer: x", "transfer-encoding: chunked"])
        #expect(fields(chunked) { $0.framing = .length(3) } == ["content-length: 3"])
    }

    @Test("fields can be left out and others put in")
    func extraFields() {
        let extra: StaticString = "traceparent: 00-1\r\n"
        let text = "GET / HTTP/1.1\r\nTraceparent: x\r\nHost: a\r\n\r\n"
        let lines = Self.lines(
            rewritten(text) {
                $0.dropped = KnownHeaderSet(.traceparent)
                $0.extraFields = extra.bytes
            }
        )
        #expect(lines.filter { $0.lowercased().hasPrefix("traceparent") } == ["traceparent: 00-1"])
        #expect(lines.suffix(3) == ["traceparent: 00-1", "", ""])
    }

    @Test("whatever is written is a sound head, fits the capacity and means the same", arguments: [UInt64](1...4))
    func meansTheSame(seed: UInt64) {
        var generator = RequestGenerator(random: SeededGenerator(seed: seed &+ 300))
        var count = 0
        for draw in 0..<800 {
            let bytes = generator.request()
            guard let before = parseRequest(bytes).parsed, before.form != .authority else { continue }
            count += 1
            let fallback: StaticString = "f"
            let head = rewritten(bytes) { $0.fallbackHost = fallback.bytes }
            let after = head.flatMap { parseRequest($0).parsed }
            let place: Comment = "seed \(seed), draw \(draw): \(String(describing: head?.debugDescription))"
            #expect(after?.method == before.method, place)
            #expect(after?.framing == before.framing, place)
            #expect(after?.host == (before.host.isEmpty ? "f" : before.host), place)
            #expect(after?.query == before.query, place)
            #expect(after?.isKeepAlive == true && after?.upgrade == UpgradeRequest.none, place)
            #expect(after?.acceptsTrailers == before.acceptsTrailers, place)
            #expect(after?.length == head?.utf8.count, place)
        }
        #expect(count > 200)
    }
}
