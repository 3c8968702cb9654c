import NIOCore
import Testing

@testable import InferenceServer

@Suite("HTTP, over a socket", .timeLimit(.minutes(1)))
struct ServerProtocolTests {
    static let predict = HTTPClient.post("/v1/models/m:predict", #"{"instances": [1, 2]}"#)
    static let predicted = #"{"predictions":[2.0,4.0]}"#

    @Test("a connection answers one request after another")
    func keepAlive() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                for _ in 0..<3 {
                    try await client.send(Self.predict)
                    let reply = try await client.reply()
                    #expect(reply.status == 200)
                    #expect(reply.text == Self.predicted)
                    #expect(reply.fields["content-type"] == "application/json")
                    #expect(reply.fields["connection"] == nil)
                    #expect(reply.fields["date"]?.hasSuffix(" GMT") == true)
                }
            }
        }
    }

    @Test("requests sent ahead are answered in their order")
    func pipelining() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                let bodies = (0..<50).map { #"{"instances": [\#($0)]}"# }
                let requests = bodies.map { HTTPClient.post("/v1/models/m:predict", $0) + HTTPClient.get("/") }
                try await client.send(requests.joined())
                for number in 0..<50 {
                    #expect(try await client.reply().text == #"{"predictions":[\#(number * 2).0]}"#)
                    #expect(try await client.reply().text == #"{"status":"alive"}"#)
                }
            }
        }
    }

    @Test("a request may come byte by byte")
    func bytewise() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                for byte in Self.predict.utf8 { try await client.send([byte]) }
                #expect(try await client.reply().text == Self.predicted)
            }
        }
    }

    @Test("a chunked body is put together", arguments: [1, 3, 1000])
    func chunked(step: Int) async throws {
        let body = Array(#"{"instances": [1, 2]}"#.utf8)
        var text = "POST /v1/models/m:predict HTTP/1.1\r\nhost: m\r\ntransfer-encoding: chunked\r\n\r\n"
        for start in stride(from: 0, to: body.count, by: step) {
            let piece = body[start..<min(start + step, body.count)]
            text += String(piece.count, radix: 16) + "\r\n" + String(decoding: piece, as: UTF8.self) + "\r\n"
        }
        let request = text + "0\r\n\r\n"
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                try await client.send(request + HTTPClient.get("/"))
                #expect(try await client.reply().text == Self.predicted)
                #expect(try await client.reply().text == #"{"status":"alive"}"#)
            }
        }
    }

    @Test("a client that waits for 100 Continue gets it, and only then sends the body")
    func expectation() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                let body = #"{"instances": [1, 2]}"#
                let request = HTTPClient.post("/v1/models/m:predict", body, fields: "expect: 100-continue\r\n")
                try await client.send(String(request.dropLast(body.count)))
                #expect(try await client.reply().status == 100)
                try await client.send(body)
                #expect(try await client.reply().text == Self.predicted)
            }
        }
    }

    @Test("a client that waits for 100 Continue with a request that will fail is told so at once")
    func refusedExpectation() async throws {
        try await withServer(FakeModel()) { server in
            let request = "POST /nowhere HTTP/1.1\r\nhost: m\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n"
            let reply = try await server.exchange(request)
            #expect(reply.status == 404)
            #expect(reply.fields["connection"] == "close")
        }
    }

    @Test("the body of a request that is refused is read over, and the connection goes on")
    func refusedBody() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.post("/nowhere", String(repeating: "x", count: 100_000)))
                #expect(try await client.reply().status == 404)
                try await client.send(Self.predict)
                #expect(try await client.reply().text == Self.predicted)
            }
        }
    }

    @Test("a body that is too large gets 413, announced or not, and the answer arrives")
    func tooLarge() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(FakeModel(), http: limits) { server in
            let body = String(repeating: " ", count: 200_000)
            let announced = try await server.exchange(HTTPClient.post("/v1/models/m:predict", body))
            #expect(announced.status == 413)
            #expect(announced.text == #"{"error":"the request body is larger than 1000 bytes"}"#)
            let chunked =
                "POST /v1/models/m:predict HTTP/1.1\r\nhost: m\r\ntransfer-encoding: chunked\r\n\r\n"
                + "30d40\r\n\(body)\r\n0\r\n\r\n"
            #expect(try await server.exchange(chunked).status == 413)
            let fitting = HTTPClient.post("/v1/models/m:predict", #"{"instances": [1, 2]}"# + body.prefix(900))
            #expect(try await server.exchange(fitting).status == 200)
        }
    }

    @Test("a client that asks first whether a body that is too large may come is told no")
    func tooLargeExpectation() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(FakeModel(), http: limits) { server in
            let request =
                "POST /v1/models/m:predict HTTP/1.1\r\nhost: m\r\nexpect: 100-continue\r\n"
                + "content-length: 1001\r\n\r\n"
            let reply = try await server.exchange(request)
            #expect(reply.status == 413)
            #expect(reply.fields["connection"] == "close")
        }
    }

    @Test("a client that goes on sending what was refused is not cut off in the middle of it")
    func lingering() async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        try await withServer(FakeModel(), http: limits) { server in
            try await HTTPClient.connected(to: server.address) { client in
                let head = "POST /v1/models/m:predict HTTP/1.1\r\nhost: m\r\ncontent-length: 1000000\r\n\r\n"
                try await client.send(head)
                #expect(try await client.reply().status == 413)
                // A connection that has been reset refuses the second piece, or one of those behind it.
                for _ in 0..<100 { try await client.send(String(repeating: " ", count: 10_000)) }
            }
        }
    }

    @Test("HTTP/1.0 closes unless asked not to")
    func http10() async throws {
        try await withServer(FakeModel()) { server in
            let closing = try await HTTPClient.connected(to: server.address) { client in
                try await client.send("GET / HTTP/1.0\r\n\r\n")
                return try await client.rest()
            }
            #expect(closing.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!closing.contains("connection:"))
            let reply = try await server.exchange("GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
            #expect(reply.fields["connection"] == "keep-alive")
        }
    }

    @Test("connection: close is honoured")
    func close() async throws {
        try await withServer(FakeModel()) { server in
            let text = try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.get("/", fields: "connection: close\r\n"))
                return try await client.rest()
            }
            #expect(text.contains("\r\nconnection: close\r\n"))
            #expect(text.hasSuffix(#"{"status":"alive"}"#))
        }
    }

    @Test("HEAD gets the head alone")
    func head() async throws {
        try await withServer(FakeModel()) { server in
            try await HTTPClient.connected(to: server.address) { client in
                try await client.send("HEAD /v2/health/live HTTP/1.1\r\nhost: m\r\n\r\n" + HTTPClient.get("/"))
                let reply = try await client.reply(toHead: true)
                #expect(reply.status == 200)
                #expect(reply.fields["content-length"] == "13")
                #expect(try await client.reply().text == #"{"status":"alive"}"#)
            }
        }
    }

    @Test(
        "what is no request is answered and ends the connection",
        arguments: [
            ("nonsense\r\n\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/3.0\r\nhost: m\r\n\r\n", 505),
            ("GET / HTTP/1.1\r\nhost: m\r\na: \(String(repeating: "x", count: 40_000))\r\n\r\n", 431),
            ("GET /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\nhost: m\r\n\r\n", 414),
            ("POST / HTTP/1.1\r\nhost: m\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nhost: m\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        ]
    )
    func malformed(request: String, status: Int) async throws {
        try await withServer(FakeModel()) { server in
            let text = try await HTTPClient.connected(to: server.address) { client in
                try await client.send(request)
                return try await client.rest()
            }
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
            #expect(text.contains("connection: close\r\n"))
            #expect(text.contains(#"{"error": ""#))
        }
    }

    @Test("a client that closes its side after the request still gets the answer")
    func halfClosed() async throws {
        try await withServer(FakeModel()) { server in
            let text = try await HTTPClient.connected(to: server.address) { client in
                try await client.send(Self.predict)
                client.finish()
                return try await client.rest()
            }
            // Whether the answer says that the connection ends depends on which of the two the server sees first.
            #expect(text.hasSuffix(Self.predicted))
        }
    }

    @Test("a client that takes too long over a head or a body gets 408")
    func slowClients() async throws {
        var limits = HTTPLimits()
        limits.headTimeout = .milliseconds(50)
        limits.transferTimeout = .milliseconds(50)
        let slow = [String(Self.predict.prefix(20)), String(Self.predict.dropLast(5))]
        try await withServer(FakeModel(), http: limits) { server in
            for request in slow {
                let text = try await HTTPClient.connected(to: server.address) { client in
                    try await client.send(request)
                    return try await client.rest()
                }
                #expect(text.hasPrefix("HTTP/1.1 408 "), "\(text)")
            }
        }
    }

    @Test("an idle connection is closed without a word")
    func idle() async throws {
        var limits = HTTPLimits()
        limits.idleTimeout = .seconds(1)
        try await withServer(FakeModel(), http: limits) { server in
            let text = try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.get("/"))
                return try await client.rest()
            }
            #expect(text.hasSuffix(#"{"status":"alive"}"#))
        }
    }

    @Test("connections beyond the limit are turned away, and there is room again when others close")
    func tooManyConnections() async throws {
        var limits = HTTPLimits()
        limits.connections = 1
        try await withServer(FakeModel(), http: limits, waitsUntilReady: false) { server in
            try await HTTPClient.connected(to: server.address) { first in
                try await first.send(HTTPClient.get("/"))
                #expect(try await first.reply().status == 200)
                let second = try await HTTPClient.connected(to: server.address) { try await $0.rest() }
                #expect(second.hasPrefix("HTTP/1.1 503 "))
            }
            while try await server.exchange(HTTPClient.get("/")).status != 200 { await Task.yield() }
        }
    }

    @Test(
        "bodies in codings that are not understood are refused",
        arguments: ["content-encoding: gzip\r\n", "content-type: application/cloudevents+json\r\n"]
    )
    func unsupportedMedia(field: String) async throws {
        try await withServer(FakeModel()) { server in
            let request = HTTPClient.post("/v1/models/m:predict", #"{"instances": [1]}"#, fields: field)
            let refused = try await server.exchange(request)
            #expect(refused.status == 415)
            let plain = request.replacing("gzip", with: "identity").replacing("cloudevents+json", with: "json")
            let answered = try await server.exchange(plain)
            #expect(answered.status == 200)
        }
    }
}
