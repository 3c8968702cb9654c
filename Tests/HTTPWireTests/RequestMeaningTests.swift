import Testing

@testable import HTTPWire

@Suite("RequestHead.parse, what the fields mean")
struct RequestMeaningTests {
    static func parsed(_ lines: [String], version: String = "1.1", method: String = "GET") -> Outcome<ParsedRequest> {
        parseRequest("\(method) / HTTP/\(version)\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    @Test(
        "the connection stays open when both the version and the options let it",
        arguments: [
            ("1.1", [], true), ("1.1", ["Connection: close"], false), ("1.1", ["connection: CLOSE"], false),
            ("1.1", ["Connection: keep-alive"], true), ("1.1", ["Connection: keep-alive, close"], false),
            ("1.1", ["Connection: x", "Connection: close"], false), ("1.1", ["Connection: closer"], true),
            ("1.1", ["Connection: ,, close ,"], false), ("1.1", ["Connection:"], true),
            ("1.1", ["Proxy-Connection: close"], true), ("1.0", [], false), ("1.0", ["Connection: keep-alive"], true),
            ("1.0", ["Connection: Keep-Alive, x"], true), ("1.0", ["Connection: keep-alive, close"], false),
            ("1.0", ["Connection: close"], false), ("1.0", ["Keep-Alive: timeout=5"], false),
        ]
    )
    func keepAlive(version: String, lines: [String], expected: Bool) {
        #expect(Self.parsed(lines, version: version).parsed?.isKeepAlive == expected)
    }

    @Test("a Connection field that is no list of tokens is refused", arguments: ["a b", "\"a\"", "a;b", "a, (b)", "é"])
    func malformedConnection(value: String) {
        #expect(Self.parsed(["Connection: \(value)"]).fault == .malformedConnection)
    }

    @Test("more options than are worth comparing are refused, over all fields together")
    func manyOptions() {
        let options = (0..<16).map { "x\($0)" }.joined(separator: ",")
        #expect(Self.parsed(["Connection: \(options)", "Connection: \(options)"]).parsed != nil)
        #expect(Self.parsed(["Connection: \(options)", "Connection: \(options),y"]).fault == .tooManyConnectionOptions)
    }

    @Test("fields for one hop are known, and those a Connection field names")
    func hopByHop() throws {
        let parsed = try #require(
            Self.parsed([
                "Connection: x-one, X-TWO", "X-One: 1", "x-two: 2", "X-Three: 3", "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive", "TE: trailers", "Upgrade: x", "Proxy-Authorization: b", "Trailer: t",
            ]).parsed
        )
        #expect(
            parsed.hopByHop == [
                "connection", "x-one", "x-two", "keep-alive", "proxy-connection", "te", "upgrade",
                "proxy-authorization",
            ]
        )
    }

    @Test(
        "a Connection field cannot name away what frames, routes or identifies",
        arguments: [
            "host", "Content-Length", "authorization", "Cookie", "x-forwarded-for", "X-Forwarded-Host",
            "x-forwarded-proto", "via", "traceparent", "x-request-id", "content-type", "forwarded",
        ]
    )
    func protectedFields(name: String) throws {
        let line = name.lowercased() == "host" ? [] : ["\(name): 1"]
        let parsed = try #require(Self.parsed(["Connection: close, \(name)"] + line).parsed)
        #expect(parsed.hopByHop == ["connection"])
    }

    @Test(
        "an expectation counts in HTTP/1.1 and before a body",
        arguments: [
            ("1.1", ["Expect: 100-continue", "Content-Length: 1"], true),
            ("1.1", ["expect: 100-CONTINUE", "Transfer-Encoding: chunked"], true),
            ("1.1", ["Expect: 100-continue", "Content-Length: 0"], false), ("1.1", ["Expect: 100-continue"], false),
            ("1.0", ["Expect: 100-continue", "Content-Length: 1"], false), ("1.0", ["Expect: x"], false),
        ]
    )
    func expectation(version: String, lines: [String], expected: Bool) {
        #expect(Self.parsed(lines, version: version, method: "POST").parsed?.expectsContinue == expected)
    }

    @Test("another expectation is refused", arguments: [["Expect: x"], ["Expect:"], ["Expect: 100-continue, x"]])
    func unknownExpectation(lines: [String]) {
        #expect(Self.parsed(lines).fault == .unsupportedExpectation)
        #expect(Self.parsed(["Expect: 100-continue", "Expect: 100-continue"]).fault == .unsupportedExpectation)
    }

    @Test(
        "a protocol change needs the field, the option, HTTP/1.1 and no body",
        arguments: [
            ("1.1", "GET", ["Connection: Upgrade", "Upgrade: websocket"], UpgradeRequest.webSocket),
            ("1.1", "GET", ["Connection: keep-alive, upgrade", "Upgrade: WebSocket"], .webSocket),
            ("1.1", "POST", ["Connection: Upgrade", "Upgrade: websocket"], .other),
            ("1.1", "GET", ["Connection: Upgrade", "Upgrade: h2c"], .other),
            ("1.1", "GET", ["Upgrade: websocket"], .none), ("1.1", "GET", ["Connection: Upgrade"], .none),
            ("1.1", "GET", ["Connection: Upgrade", "Upgrade:"], .none),
            ("1.1", "GET", ["Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c"], .none),
            ("1.1", "POST", ["Connection: Upgrade", "Upgrade: x", "Content-Length: 1"], .none),
            ("1.0", "GET", ["Connection: Upgrade", "Upgrade: websocket"], .none),
        ]
    )
    func upgrade(version: String, method: String, lines: [String], expected: UpgradeRequest) {
        #expect(Self.parsed(lines, version: version, method: method).parsed?.upgrade == expected)
    }

    @Test(
        "trailers are accepted by TE with its option",
        arguments: [
            (["Connection: TE", "TE: trailers"], true), (["TE: trailers"], false), (["Connection: te"], false),
            (["Connection: te", "TE: deflate"], false),
        ]
    )
    func trailers(lines: [String], expected: Bool) {
        #expect(Self.parsed(lines).parsed?.acceptsTrailers == expected)
    }

    @Test(
        "the host is split from its port and its last dot",
        arguments: [
            ("a.b", "a.b"), ("a.b:80", "a.b"), ("a.b:", "a.b"), ("a.b.", "a.b"), ("a.b.:80", "a.b"), (".", "."),
            ("[::1]", "[::1]"), ("[::1]:80", "[::1]"), ("127.0.0.1:65535", "127.0.0.1"), ("A_b~-1", "A_b~-1"),
        ]
    )
    func hostNames(host: String, name: String) {
        let parsed = parseRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").parsed
        #expect(parsed?.host == host)
        #expect(parsed?.hostName == name)
    }

    @Test(
        "every form of target is taken apart",
        arguments: [
            ["GET", "/", "origin", "/", "", "h"], ["GET", "/a?b?c", "origin", "/a", "?b?c", "h"],
            ["GET", "/?", "origin", "/", "?", "h"], ["GET", "//a", "origin", "//a", "", "h"],
            ["GET", "/a/http://b/c", "origin", "/a/http://b/c", "", "h"], ["OPTIONS", "*", "asterisk", "", "", "h"],
            ["GET", "http://x:1/a?b", "absolute", "/a", "?b", "x:1"], ["GET", "HTTPS://x", "absolute", "", "", "x"],
            ["GET", "http://x?q=/y", "absolute", "", "?q=/y", "x"], ["GET", "http://x/", "absolute", "/", "", "x"],
            ["OPTIONS", "http://x", "absolute", "", "", "x"], ["CONNECT", "x:443", "authority", "", "", "x:443"],
        ]
    )
    func targets(row: [String]) throws {
        let parsed = try #require(parseRequest("\(row[0]) \(row[1]) HTTP/1.1\r\nHost: h\r\n\r\n").parsed)
        #expect([parsed.target, "\(parsed.form)", parsed.path, parsed.query, parsed.host] == Array(row[1...]))
    }

    @Test("HTTP/1.0 may come without a host, and the host of the request before is forgotten")
    func withoutHost() {
        var head = RequestHead()
        for (text, host) in [
            ("GET http://x/ HTTP/1.0\r\n\r\n", "x"), ("GET / HTTP/1.1\r\nHost: b\r\n\r\n", "b"),
            ("GET / HTTP/1.0\r\n\r\n", ""), ("GET http://y/ HTTP/1.1\r\nHost: b\r\n\r\n", "y"),
        ] {
            Array(text.utf8).withUnsafeBytes { message in
                #expect(head.parse(message) == .complete(length: message.count))
                #expect(head.host.string(in: message) == host)
                #expect(head.hostName.string(in: message) == host)
                #expect(head.hostHash == HostName.hash(host))
            }
        }
    }
}
