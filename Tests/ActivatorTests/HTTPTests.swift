import Activator
import Foundation
import ServingAPI
import TestSupport
import Testing

@Suite("HTTP/1.1 through the activator", .timeLimit(.minutes(1)))
struct HTTPTests {
    /// A world with one replica that answers as scripted.
    static func run(
        _ handler: @escaping TestReplica.Handler = TestReplica.ok,
        _ body: @escaping @Sendable (World, TestReplica) async throws -> Void
    ) async throws {
        try await World.run { world in
            let replica = try TestReplica(handler)
            try await world.addReplica(port: replica.port)
            _ = try await world.exchange(World.post("warm"))
            try await body(world, replica)
        }
    }

    @Test("a connection carries many requests, also when they are sent ahead") func pipelining() async throws {
        try await Self.run { world, replica in
            try await onThread {
                let socket = try world.connect()
                try socket.send((0..<50).map { World.post("body-\($0)") }.joined())
                var rest: [UInt8] = []
                for number in 0..<50 {
                    var answer = try HTTPAnswer(rest)
                    while answer == nil {
                        rest += try socket.receive()
                        answer = try HTTPAnswer(rest)
                    }
                    #expect(answer?.text == "body-\(number)")
                    rest = answer?.rest ?? []
                }
            }
            // One a loop at most: the probe's and the client's need not be on the same.
            #expect(replica.connectionCount <= 2)
        }
    }

    @Test("a request may come byte by byte") func trickle() async throws {
        try await Self.run { world, _ in
            try await onThread {
                let socket = try world.connect()
                for byte in World.post("slowly").utf8 { try socket.send([byte]) }
                #expect(try socket.receiveResponse().text == "slowly")
            }
        }
    }

    @Test("chunked bodies and trailers pass in both directions") func chunked() async throws {
        let response =
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx-sum: 5\r\n\r\n"
        try await Self.run { request, socket in
            try socket.send(response)
            return true
        } _: { world, replica in
            let request =
                "POST / HTTP/1.1\r\nhost: \(World.host)\r\ntransfer-encoding: chunked\r\n\r\n4\r\nwxyz\r\n0\r\nx-t: 1\r\n\r\n"
            try await onThread {
                let socket = try world.connect()
                for _ in 0..<2 {
                    try socket.send(request)
                    let answer = try socket.receiveResponse()
                    #expect(answer.text == "abcde")
                    #expect(answer.rest.isEmpty)
                }
            }
            #expect(replica.requests.last?.text == "4\r\nwxyz\r\n0\r\nx-t: 1\r\n\r\n")
        }
    }

    @Test("a client of HTTP/1.0 gets no chunks, and the end of the connection") func http10() async throws {
        try await Self.run { _, socket in
            try socket.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            return true
        } _: { world, _ in
            let (text, wasReset) = try await onThread {
                let socket = try world.connect()
                try socket.send("GET / HTTP/1.0\r\nhost: \(World.host)\r\n\r\n")
                return socket.receiveAll()
            }
            #expect(text.hasSuffix("\r\n\r\nabcde"))
            #expect(!text.contains("chunked"))
            #expect(!wasReset)
        }
    }

    @Test("a body that the replica ends by closing reaches the client in chunks") func untilClose() async throws {
        try await World.run { world in
            let replica = try TestReplica { request, socket in
                guard request.line.contains("/stream") else { return try TestReplica.ok(request, socket) }
                try socket.send("HTTP/1.1 200 OK\r\n\r\nhello ")
                try socket.send("world")
                return false
            }
            try await world.addReplica(port: replica.port)
            try await onThread {
                let socket = try world.connect()
                for _ in 0..<2 {
                    try socket.send("GET /stream HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
                    #expect(try socket.receiveResponse().text == "hello world")
                }
            }
        }
    }

    @Test("Expect: 100-continue is answered once a replica is there, and not handed on") func expectContinue()
        async throws
    {
        try await Self.run { world, replica in
            try await onThread {
                let socket = try world.connect()
                try socket.send(
                    "POST / HTTP/1.1\r\nhost: \(World.host)\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n"
                )
                let interim = try socket.receiveResponse()
                #expect(interim.status == 100)
                try socket.send("body")
                #expect(try socket.receiveResponse().text == "body")
            }
            #expect(replica.requests.last?.field("expect") == nil)
        }
    }

    @Test("hop-by-hop fields stay, forwarding fields are written") func headerFields() async throws {
        try await Self.run { request, socket in
            try socket.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=1\r\nx-own: 1\r\n\r\n")
            return true
        } _: { world, replica in
            let answer = try await world.exchange(
                World.post(
                    "",
                    fields: "connection: x-hop, keep-alive\r\nx-hop: 1\r\nx-end: 2\r\nx-forwarded-for: 9.9.9.9\r\n"
                )
            )
            #expect(answer.fields["keep-alive"] == nil)
            #expect(answer.fields["x-own"] == "1")
            let request = try #require(replica.requests.last)
            #expect(request.field("x-hop") == nil)
            #expect(request.field("x-end") == "2")
            #expect(request.field("x-forwarded-for") == "9.9.9.9, 127.0.0.1")
            #expect(request.field("x-forwarded-proto") == "http")
            #expect(request.field("x-forwarded-host") == World.host)
            #expect(request.field("host") == World.host)
            #expect(request.field("via") == "1.1 pilotlight")
        }
    }

    @Test("a path prefix leads to the service and is taken off") func pathRoute() async throws {
        try await Self.run { world, replica in
            _ = try await world.exchange(
                "GET /serving/default/iris/v1/models?x=1 HTTP/1.1\r\nhost: 127.0.0.1:\(world.port)\r\n\r\n"
            )
            #expect(replica.requests.last?.line == "GET /v1/models?x=1 HTTP/1.1")
        }
    }

    @Test("HEAD, 204 and 304 have no body") func bodiless() async throws {
        try await Self.run { request, socket in
            if request.line.hasPrefix("HEAD") {
                try socket.send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n")
            } else if request.line.contains("/204") {
                try socket.send("HTTP/1.1 204 No Content\r\n\r\n")
            } else {
                try socket.send("HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n")
            }
            return true
        } _: { world, _ in
            try await onThread {
                let socket = try world.connect()
                try socket.send("HEAD / HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
                #expect(try socket.receiveResponse(isAnswerToHead: true).fields["content-length"] == "5")
                for (path, status) in [("/204", 204), ("/304", 304)] {
                    try socket.send("GET \(path) HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
                    #expect(try socket.receiveResponse().status == status)
                }
            }
        }
    }

    @Test("interim responses pass, but for the 100 that the activator gives itself") func interim() async throws {
        try await Self.run { _, socket in
            try socket.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n")
            try socket.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            return true
        } _: { world, _ in
            try await onThread {
                let socket = try world.connect()
                try socket.send("GET / HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
                var bytes = try socket.receive()
                while !String(decoding: bytes, as: UTF8.self).hasSuffix("ok") { bytes += try socket.receive() }
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(text.hasPrefix("HTTP/1.1 103 Early Hints"))
                #expect(!text.contains("100 Continue"))
            }
        }
    }

    @Test("server-sent events arrive one by one") func events() async throws {
        let gate = Gate()
        try await World.run { world in
            let replica = try TestReplica { _, socket in
                try socket.send(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                )
                for number in 0..<3 {
                    try socket.send("9\r\ndata: \(number)\n\n\r\n")
                    gate.wait()
                }
                try socket.send("0\r\n\r\n")
                return true
            }
            try await world.addReplica(port: replica.port)
            try await onThread {
                let socket = try world.connect()
                try socket.send("GET /events HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
                var text = ""
                for number in 0..<3 {
                    while !text.contains("data: \(number)\n") {
                        text += String(decoding: try socket.receive(), as: UTF8.self)
                    }
                    #expect(!text.contains("data: \(number + 1)\n"))
                    gate.open()
                }
            }
        }
    }

    @Test("a WebSocket upgrade becomes a tunnel for bytes in both directions") func webSocket() async throws {
        try await World.run { world in
            let replica = try TestReplica { request, socket in
                #expect(request.field("upgrade") == "websocket")
                #expect(request.field("connection") == "upgrade")
                try socket.send(
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhi!"
                )
                while true {
                    let bytes = try socket.receive()
                    if bytes.isEmpty { return false }
                    try socket.send(bytes.reversed())
                }
            }
            try await world.addReplica(port: replica.port)
            try await onThread {
                let socket = try world.connect()
                try socket.send(
                    "GET /ws HTTP/1.1\r\nhost: \(World.host)\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n"
                )
                var text = ""
                while !text.hasSuffix("hi!") { text += String(decoding: try socket.receive(), as: UTF8.self) }
                #expect(text.hasPrefix("HTTP/1.1 101 "))
                try socket.send("abc")
                #expect(String(decoding: try socket.receive(), as: UTF8.self) == "cba")
                socket.shutdownWrite()
                #expect(try socket.receive().isEmpty)
            }
            try await world.eventually("the place is free") { world.present == (0, 0) }
        }
    }

    @Test("who switches protocols unasked gets 502 for it") func unaskedUpgrade() async throws {
        try await Self.run { request, socket in
            try socket.send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")
            return false
        } _: { world, _ in
            let answer = try await world.exchange("GET / HTTP/1.1\r\nhost: \(World.host)\r\n\r\n")
            #expect(answer.status == 502)
            try await world.eventually("the place is free") { world.present == (0, 0) }
        }
    }

    @Test("an upload and a download of 64 MiB pass unharmed") func large() async throws {
        let size = 64 << 20
        try await Self.run { world, _ in
            try await onThread {
                let socket = try world.connect()
                let block = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                try socket.send("POST /big HTTP/1.1\r\nhost: \(World.host)\r\ncontent-length: \(size)\r\n\r\n")
                for _ in 0..<(size / block.count) { try socket.send(block) }
                var received = 0
                var head: [UInt8] = []
                while head.endOfHead == nil { head += try socket.receive(upTo: 256) }
                received = head.count - (head.endOfHead ?? 0)
                var position = received
                var isIntact = true
                while received < size {
                    let bytes = try socket.receive(upTo: 1 << 20)
                    if bytes.isEmpty { break }
                    for byte in bytes {
                        isIntact = isIntact && byte == block[position % block.count]
                        position += 1
                    }
                    received += bytes.count
                }
                #expect(received == size)
                #expect(isIntact)
            }
        }
    }

    @Test(
        "malformed and dangerous requests are refused, and the connection is closed",
        arguments: [
            ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", 400),
            ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400),
            ("GET / HTTP/1.1\nhost: a\n\n", 400), ("GET / HTTP/2.0\r\nhost: a\r\n\r\n", 505),
            ("CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n", 501),
            ("GET / HTTP/1.1\r\nhost: a\r\nx: \(String(repeating: "y", count: 40_000))\r\n\r\n", 431),
            ("GET /\(String(repeating: "y", count: 9000)) HTTP/1.1\r\nhost: a\r\n\r\n", 414),
            ("GET / HTTP/1.1\r\nhost: a\r\n\(String(repeating: "x: y\r\n", count: 200))\r\n", 431),
            ("POST / HTTP/1.1\r\nhost: \(World.host)\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        ]
    )
    func refused(request: String, status: Int) async throws {
        try await Self.run { world, _ in
            let (text, _) = try await onThread {
                let socket = try world.connect()
                try socket.send(request)
                return socket.receiveAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 \(status) "))
            #expect(text.contains("connection: close"))
            try await world.eventually("the place is free") { world.present == (0, 0) }
        }
    }

    @Test("a head that trickles in is cut off by its deadline") func slowHead() async throws {
        try await World.run(settings: { $0.headTimeoutSeconds = 0.2 }) { world in
            let (text, _) = try await onThread {
                let socket = try world.connect()
                try socket.send("GET / HTTP/1.1\r\nho")
                return socket.receiveAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 408 "))
        }
    }
}

/// Lets one thread wait for another, once per opening.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func open() { self.semaphore.signal() }
    func wait() { _ = self.semaphore.wait(timeout: .now() + 10) }
}
