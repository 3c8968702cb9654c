import Testing

@testable import InferenceServer

@Suite("A server with a queue", .timeLimit(.minutes(1)))
struct ServerQueueTests {
    private static func settings(_ broker: MemoryBroker) -> QueueSettings {
        QueueSettings(broker: broker, results: "results", deadLetters: nil, maximumBatch: 4, gathering: .zero)
    }

    private static func load(_ server: RunningServer) async throws -> String {
        try await server.exchange(HTTPClient.get("/pilotlight/load")).text
    }

    @Test("it says how many requests and messages are under way, so that the idle replica can go first")
    func load() async throws {
        let broker = MemoryBroker()
        let gate = Gate(isOpen: false)
        try await withServer(FakeModel(gate: gate), queue: Self.settings(broker)) { server in
            #expect(try await Self.load(server) == #"{"requestsInFlight":0,"messagesInFlight":0,"isConsuming":true}"#)
            broker.send(numbers: 0..<3)
            await gate.waitForArrivals(1)
            try await HTTPClient.connected(to: server.address) { client in
                try await client.send(HTTPClient.post("/v1/models/m:predict", #"{"instances": [1]}"#))
                let busy = #"{"requestsInFlight":1,"messagesInFlight":3,"isConsuming":true}"#
                while try await Self.load(server) != busy { await Task.yield() }
                gate.open()
                #expect(try await client.reply().status == 200)
            }
            await broker.until { $0.committed == 3 }
            let idle = #"{"requestsInFlight":0,"messagesInFlight":0,"isConsuming":true}"#
            while try await Self.load(server) != idle { await Task.yield() }
        }
        #expect(broker.with { $0.openEnds } == 0)
    }
}
