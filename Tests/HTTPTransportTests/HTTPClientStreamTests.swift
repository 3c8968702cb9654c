import HTTPTransport
import Testing

@Suite("HTTP client, bodies as they arrive", .timeLimit(.minutes(1)))
struct HTTPClientStreamTests {
    @Test("chunks arrive whole and in order, trailers are no part of them")
    func chunks() async throws {
        try await TestServer.with { server in
            let response = try await HTTPClient().send(HTTPClientRequest(url: server.base + "/chunks?count=1000"))
            var bytes: [UInt8] = []
            for try await chunk in response.body { bytes += chunk }
            let expected = (0..<1000).map { "chunk \($0)\n" }.joined()
            #expect(String(decoding: bytes, as: UTF8.self) == expected)
            #expect(response.headers["x-trailer"] == nil)
        }
    }

    @Test("a slow reader holds the server up instead of filling memory, and still gets every byte")
    func backPressure() async throws {
        try await TestServer.with { server in
            let size = 64 << 20
            let client = HTTPClient()
            let response = try await client.send(HTTPClientRequest(url: server.base + "/big?bytes=\(size)"))
            func sent() async throws -> Int {
                let answer = try await client.send(HTTPClientRequest(url: server.base + "/sent"))
                return Int(try await answer.text(upTo: 100)) ?? -1
            }
            // What the server got rid of while nobody read lies in our buffer and the kernel's.
            var last = -1
            _ = try await eventually {
                let now = try await sent()
                defer { last = now }
                return now > 0 && now == last
            }
            #expect(last < size / 2)
            var received = 0
            var isRight = true
            for try await chunk in response.body {
                isRight = isRight && chunk.enumerated().allSatisfy { $1 == UInt8(truncatingIfNeeded: received + $0) }
                received += chunk.count
            }
            #expect(received == size)
            #expect(isRight)
        }
    }

    @Test("a slow reader of one body does not hold up another")
    func independence() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let slow = try await client.send(HTTPClientRequest(url: server.base + "/big?bytes=4000000"))
            let other = try await client.send(HTTPClientRequest(url: server.base + "/big?bytes=3000000"))
            #expect(try await other.bytes(upTo: 3_000_000).count == 3_000_000)
            #expect(try await slow.bytes(upTo: 4_000_000).count == 4_000_000)
        }
    }

    @Test("cancelling the reader closes the connection")
    func cancellation() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let task = Task {
                let response = try await client.send(HTTPClientRequest(url: server.base + "/stall"))
                return try await response.bytes(upTo: 1000)
            }
            try await self.expectStalled(1, client, server)
            task.cancel()
            let error = await #expect(throws: HTTPClientError.self) { _ = try await task.value }
            #expect(error?.code == .cancelled)
            try await self.expectStalled(0, client, server)
        }
    }

    @Test("letting go of the response closes the connection")
    func abandonment() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            do {
                let response = try await client.send(HTTPClientRequest(url: server.base + "/stall"))
                #expect(response.status == 200)
                try await self.expectStalled(1, client, server)
            }
            try await self.expectStalled(0, client, server)
        }
    }

    @Test("a task that is cancelled already sends nothing")
    func cancelledBefore() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                _ = try await client.send(HTTPClientRequest(url: server.base + "/stall"))
            }
            let error = await #expect(throws: HTTPClientError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            try await self.expectStalled(0, client, server)
        }
    }

    @Test("shutting down ends what runs and refuses what comes")
    func shutdown() async throws {
        try await TestServer.with { server in
            let client = HTTPClient()
            let response = try await client.send(HTTPClientRequest(url: server.base + "/stall"))
            client.shutdown()
            let running = await #expect(throws: HTTPClientError.self) { _ = try await response.bytes(upTo: 1000) }
            #expect(running?.code == .closed)
            let refused = await #expect(throws: HTTPClientError.self) {
                _ = try await client.send(HTTPClientRequest(url: server.base + "/echo"))
            }
            #expect(refused?.code == .closed)
        }
    }

    /// Waits until the server holds so many exchanges that stand still.
    private func expectStalled(_ count: Int, _ client: HTTPClient, _ server: TestServer) async throws {
        #expect(try await eventually { try await self.stalled(client, server) == count })
    }

    private func stalled(_ client: HTTPClient, _ server: TestServer) async throws -> Int {
        let answer = try await client.send(HTTPClientRequest(url: server.base + "/stalled"))
        return Int(try await answer.text(upTo: 100)) ?? -1
    }
}
