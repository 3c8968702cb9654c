import Testing

@testable import HTTPWire

@Suite("ResponseHead.writeClientHead")
struct ClientHeadTests {
    static func written(
        _ text: String,
        answering method: HTTPMethod = .get,
        _ adjust: (inout ClientHeadOptions) -> Void = { _ in }
    ) -> [String] {
        let outcome = withResponse(text, answering: method) { head, message in
            var options = ClientHeadOptions()
            adjust(&options)
            return HTTPWireTests.written(capacity: head.clientHeadCapacity(options)) { region in
                head.writeClientHead(of: message, options: options, into: region)
            }
        }
        let head = outcome.parsed ?? ""
        return head.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("a typical response goes on without what was meant for this hop")
    func typical() {
        let text = """
            HTTP/1.0 201 Made it\r
            Connection: keep-alive, x-hop\r
            Date: now\r
            X-Hop: 1\r
            Keep-Alive: timeout=5\r
            Content-Length: 012\r
            Set-Cookie: a\r
            Set-Cookie: b\r
            Proxy-Authenticate: x\r
            \r

            """
        #expect(
            Self.written(text) == [
                "HTTP/1.1 201 Made it", "Date: now", "Set-Cookie: a", "Set-Cookie: b", "content-length: 12", "", "",
            ]
        )
    }

    @Test("a status line without a reason stays one that everybody reads")
    func withoutReason() {
        #expect(Self.written("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\n").first == "HTTP/1.1 200 ")
    }

    @Test("the connection's fate is said where the client's version needs it")
    func connection() {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
        func field(_ version: HTTPVersion, _ isKeepAlive: Bool) -> [String] {
            let lines = Self.written(text) {
                $0.version = version
                $0.isKeepAlive = isKeepAlive
            }
            return lines.filter { $0.hasPrefix("connection") }
        }
        #expect(field(.http11, true) == [])
        #expect(field(.http11, false) == ["connection: close"])
        #expect(field(.http10, true) == ["connection: keep-alive"])
        #expect(field(.http10, false) == [])
    }

    @Test("a chunked body is announced in HTTP/1.1 and ends with the connection in HTTP/1.0")
    func chunked() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n"
        #expect(Self.written(text) == ["HTTP/1.1 200 OK", "Trailer: x", "transfer-encoding: chunked", "", ""])
        let old = Self.written(text) {
            $0.version = .http10
            $0.isKeepAlive = false
        }
        #expect(old == ["HTTP/1.1 200 OK", "", ""])
        let untilClose = "HTTP/1.1 200 OK\r\n\r\n"
        #expect(Self.written(untilClose) == ["HTTP/1.1 200 OK", "", ""])
        let rechunked = Self.written(untilClose) { $0.framing = .chunked }
        #expect(rechunked == ["HTTP/1.1 200 OK", "transfer-encoding: chunked", "", ""])
    }

    @Test(
        "a length without a body goes on where it means something",
        arguments: [
            ("200 OK", HTTPMethod.head, ["content-length: 7"]), ("304 Not Modified", .get, ["content-length: 7"]),
            ("204 No Content", .get, []), ("103 Early Hints", .get, []),
        ]
    )
    func lengthAlone(status: String, method: HTTPMethod, expected: [String]) {
        let lines = Self.written("HTTP/1.1 \(status)\r\nContent-Length: 7\r\n\r\n", answering: method)
        #expect(lines.filter { $0.hasPrefix("content-length") } == expected)
    }

    @Test("a change of protocol goes on when it was asked for")
    func upgrade() {
        let text = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX: y\r\n\r\n"
        #expect(
            Self.written(text) { $0.keepsUpgrade = true } == [
                "HTTP/1.1 101 Switching Protocols", "X: y", "connection: upgrade", "upgrade: websocket", "", "",
            ]
        )
        #expect(Self.written(text) == ["HTTP/1.1 101 Switching Protocols", "X: y", "", ""])
    }

    @Test("an interim response says nothing of the connection")
    func interim() {
        let lines = Self.written("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n") { $0.isKeepAlive = false }
        #expect(lines == ["HTTP/1.1 103 Early Hints", "Link: a", "", ""])
    }

    @Test("fields can be left out and others put in")
    func extraFields() {
        let extra: StaticString = "x-pilotlight-cold-start: 12\r\nserver-timing: wait;dur=3\r\n"
        let text = "HTTP/1.1 204 OK\r\nServer-Timing: a\r\nX: y\r\n\r\n"
        let lines = Self.written(text) {
            $0.dropped = KnownHeaderSet(.serverTiming)
            $0.extraFields = extra.bytes
        }
        #expect(
            lines == ["HTTP/1.1 204 OK", "X: y", "x-pilotlight-cold-start: 12", "server-timing: wait;dur=3", "", ""]
        )
    }

    @Test("nothing can outgrow the capacity")
    func capacity() {
        let text = "HTTP/1.1 101 \r\nUpgrade: \(String(repeating: "x", count: 100))\r\n\r\n"
        #expect(Self.written(text) { $0.keepsUpgrade = true }.count == 5)
    }
}
