import Testing

@testable import HTTPWire

@Suite("RequestHead.parse, valid heads")
struct RequestHeadTests {
    static let prediction = """
        POST /v1/models/iris:predict?trace=1 HTTP/1.1\r
        Host: iris.default.localhost:8080\r
        User-Agent: curl/8.5.0\r
        Accept: */*\r
        Content-Type: application/json\r
        Content-Length: 45\r
        \r

        """

    @Test("a typical prediction is understood whole")
    func prediction() throws {
        let parsed = try #require(parseRequest(Self.prediction).parsed)
        #expect(parsed.method == "POST")
        #expect(parsed.target == "/v1/models/iris:predict?trace=1")
        #expect(parsed.path == "/v1/models/iris:predict")
        #expect(parsed.query == "?trace=1")
        #expect(parsed.form == .origin)
        #expect(parsed.version == .http11)
        #expect(parsed.host == "iris.default.localhost:8080")
        #expect(parsed.hostName == "iris.default.localhost")
        #expect(parsed.framing == .length(45))
        #expect(parsed.isKeepAlive)
        #expect(!parsed.expectsContinue)
        #expect(parsed.upgrade == .none)
        #expect(parsed.fields.count == 5)
        #expect(parsed.fields[4] == ["Content-Length", "45"])
        #expect(parsed.length == Self.prediction.utf8.count)
    }

    @Test("bytes after the head are not looked at")
    func bodyIsLeftAlone() throws {
        let parsed = try #require(parseRequest(Self.prediction + "\u{0}\u{1}\r\n\r\n").parsed)
        #expect(parsed.length == Self.prediction.utf8.count)
    }

    @Test(
        "methods are known by name and case",
        arguments: [
            ("GET", HTTPMethod.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("DELETE", .delete),
            ("OPTIONS", .options), ("TRACE", .trace), ("PATCH", .patch), ("get", .other), ("GETS", .other),
            ("G", .other), ("PROPFIND", .other), ("DELETES", .other), ("M-SEARCH", .other),
        ]
    )
    func methods(name: String, expected: HTTPMethod) {
        var head = RequestHead()
        let text = Array("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let progress = text.withUnsafeBytes { head.parse($0) }
        #expect(progress == .complete(length: text.count))
        #expect(head.method == expected)
    }

    @Test("the same value serves one request after the other and forgets the one before")
    func reuse() {
        var head = RequestHead()
        let first = "GET /a HTTP/1.1\r\nHost: a\r\nConnection: close, te\r\nTE: trailers\r\nTE: x\r\n\r\n"
        let second = "GET /b HTTP/1.1\r\nHost: b\r\n\r\n"
        for (text, fieldCount, isKeepAlive) in [(first, 4, false), (second, 1, true)] {
            Array(text.utf8).withUnsafeBytes { message in
                #expect(head.parse(message) == .complete(length: message.count))
                #expect(head.fields.count == fieldCount)
                #expect(head.isKeepAlive == isKeepAlive)
                #expect(head.acceptsTrailers == !isKeepAlive)
                #expect(head.fields.present.contains(.te) == !isKeepAlive)
                #expect(head.fields.repeated.contains(.te) == !isKeepAlive)
            }
        }
    }

    @Test("more fields than the first memory holds are all kept")
    func manyFields() throws {
        let lines = (0..<120).map { "X-\($0): value \($0)\r\n" }.joined()
        let parsed = try #require(parseRequest("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n").parsed)
        #expect(parsed.fields.count == 121)
        #expect(parsed.fields[120] == ["X-119", "value 119"])
    }

    @Test("known headers are found by identity, in any case, the first of several")
    func lookup() {
        var head = RequestHead()
        let text = "GET / HTTP/1.1\r\nhOST: a\r\nACCEPT: one\r\nAccept: two\r\nCE-Id: 7\r\n\r\n"
        Array(text.utf8).withUnsafeBytes { message in
            _ = head.parse(message)
            #expect(head.fields.value(of: .accept)?.string(in: message) == "one")
            #expect(head.fields.repeated == KnownHeaderSet(.accept))
            #expect(head.fields.value(of: .cookie) == nil)
            #expect(head.fields.value(named: "ce-id", in: message)?.string(in: message) == "7")
            #expect(head.fields.value(named: "ce-i", in: message) == nil)
        }
    }

    @Test(
        "every known header is recognised, and a name that differs in one byte is not",
        arguments: KnownHeader.allCases
    )
    func identity(header: KnownHeader) {
        guard header != .other else { return }
        let name = Array("\(header.name)".utf8)
        #expect(Self.header(named: name) == header)
        #expect(Self.header(named: Array("\(header.name)".uppercased().utf8)) == header)
        for index in name.indices {
            var changed = name
            changed[index] = name[index] == UInt8(ascii: "q") ? UInt8(ascii: "j") : UInt8(ascii: "q")
            #expect(Self.header(named: changed) == .other, "\(String(decoding: changed, as: UTF8.self))")
        }
        #expect(Self.header(named: name + [UInt8(ascii: "x")]) == .other)
    }

    static func header(named name: [UInt8]) -> KnownHeader? {
        var head = RequestHead()
        let message = Array("GET / HTTP/1.0\r\n".utf8) + name + Array(":\r\n\r\n".utf8)
        // Only the fields matter here; a value that is empty may make the head as a whole invalid.
        _ = message.withUnsafeBytes { head.parse($0) }
        return head.fields.count == 1 ? head.fields[0].header : nil
    }
}
