import ServingAPI
import TestSupport
import Testing

@Suite("A service at zero", .timeLimit(.minutes(1)))
struct ColdStartTests {
    @Test("a request waits for the first replica and is answered") func firstRequest() async throws {
        try await World.run { world in
            async let answer = world.exchange(World.post("hello"))
            try await world.eventually("it waits") { world.present.waiting == 1 }
            #expect(world.receiver.wakes == [1])
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port)
            let received = try await answer
            #expect(received.status == 200)
            #expect(received.text == "hello")
            #expect(received.fields["x-pilotlight-cold-start"] == "true")
            #expect(received.fields["server-timing"]?.hasPrefix("wait;dur=") == true)
            #expect(world.present == (0, 0))
        }
    }

    @Test("a warm request says nothing of a cold start") func warmRequest() async throws {
        try await World.run { world in
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port)
            _ = try await world.exchange(World.post("first"))
            let received = try await world.exchange(World.post("second"))
            #expect(received.fields["x-pilotlight-cold-start"] == nil)
        }
    }

    @Test("waiting requests are served in the order in which they came") func order() async throws {
        try await World.run(revision: { $0.containerConcurrency = 1 }) { world in
            let sockets = try await onThread { try (0..<20).map { _ in try world.connect() } }
            for (number, socket) in sockets.enumerated() {
                try await onThread { try socket.send(World.post("\(number)")) }
                try await world.eventually("request \(number) waits") { world.present.waiting == number + 1 }
            }
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port)
            for (number, socket) in sockets.enumerated() {
                #expect(try await onThread { try socket.receiveResponse().text } == "\(number)")
            }
            #expect(replica.requests.map(\.text) == (0..<20).map { "\($0)" })
        }
    }

    @Test("a full queue answers 503 with Retry-After and keeps the connection") func fullQueue() async throws {
        try await World.run(revision: { $0.queueCapacity = 2 }) { world in
            let waiting = try await onThread {
                try (0..<2).map { _ in
                    let socket = try world.connect()
                    try socket.send(World.post("x"))
                    return socket
                }
            }
            try await world.eventually("two wait") { world.present.waiting == 2 }
            try await onThread {
                let socket = try world.connect()
                for _ in 0..<2 {
                    try socket.send(World.post("too much"))
                    let answer = try socket.receiveResponse()
                    #expect(answer.status == 503)
                    #expect(answer.fields["retry-after"] == "1")
                    #expect(answer.fields["x-pilotlight-reason"] == "queue-full")
                }
            }
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port)
            for socket in waiting { #expect(try await onThread { try socket.receiveResponse().status } == 200) }
        }
    }

    @Test("who waits past its deadline gets 504, and its connection goes on") func deadline() async throws {
        try await World.run(revision: { $0.coldStartTimeoutSeconds = 0.2 }) { world in
            try await onThread {
                let socket = try world.connect()
                for _ in 0..<2 {
                    try socket.send(World.post("late"))
                    let answer = try socket.receiveResponse()
                    #expect(answer.status == 504)
                    #expect(answer.fields["x-pilotlight-reason"] == "cold-start-timeout")
                }
            }
            #expect(world.present.waiting == 0)
        }
    }

    @Test("a half-closed client still gets its answer") func halfClosed() async throws {
        try await World.run { world in
            let socket = try await onThread {
                let socket = try world.connect()
                try socket.send(World.post("half"))
                socket.shutdownWrite()
                return socket
            }
            try await world.eventually("it waits") { world.present.waiting == 1 }
            let replica = try TestReplica()
            try await world.addReplica(port: replica.port)
            let (text, wasReset) = try await onThread { socket.receiveAll() }
            #expect(text.hasSuffix("half") && text.contains("connection: close"))
            #expect(!wasReset)
        }
    }
}
