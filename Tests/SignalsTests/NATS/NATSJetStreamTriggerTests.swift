import Autoscaler
import ScalingCore
import StructuredData
import TestSupport
import Testing

@testable import Signals

@Suite("Trigger nats-jetstream")
struct NATSJetStreamTriggerTests {
    private static func trigger(_ endpoint: String, _ metadata: [String: String] = [:]) throws -> any Trigger {
        let common = [
            "natsServerMonitoringEndpoint": endpoint, "account": "$G", "stream": "jobs", "consumer": "scorer",
            "lagThreshold": "4", "activationLagThreshold": "1",
        ]
        let declaration = TriggerTesting.declare("nats-jetstream", common.merging(metadata) { $1 })
        return try TriggerTesting.catalogue().trigger(for: declaration)
    }

    private static func cluster(_ name: String, leader: String, pending: Int) -> String {
        """
        {"server_name": "\(name)", "meta_cluster": {"cluster_size": 3}, "account_details": [{"id": "$G", "name": "$G",
        "stream_detail": [{"name": "jobs", "consumer_detail": [{"name": "scorer", "num_pending": \(pending),
        "num_ack_pending": 1, "cluster": {"leader": "\(leader)"}}]}]}]}
        """
    }

    @Test("in a cluster the consumer's leader is asked, and remembered")
    func leader() async throws {
        // The other server stands in for one of another host: both listen here, and the port is taken from the address.
        try await StubServer.with { request in
            if request.contains("/varz") {
                return .init(body: #"{"connect_urls": ["127.0.0.1:4222", "localhost:4222"]}"#)
            }
            let isLeader = request.lowercased().contains("host: localhost")
            return .init(body: Self.cluster(isLeader ? "b" : "a", leader: "b", pending: isLeader ? 7 : 99))
        } _: { server in
            let trigger = try Self.trigger("127.0.0.1:\(server.port)")
            #expect(try await trigger.read().value == 8)
            let before = server.seen.count
            #expect(try await trigger.read().value == 8)
            #expect(server.seen.count == before + 1)
        }
    }

    @Test(
        "what is missing is named and is no zero",
        arguments: [
            (#"{"account_details": []}"#, "no account '$G'"),
            (#"{"account_details": [{"id": "$G", "stream_detail": []}]}"#, "no stream 'jobs'"),
            (#"{"account_details": [{"id": "$G", "stream_detail": [{"name": "jobs"}]}]}"#, "no consumer 'scorer'"),
            ("<html>", "no JSON"),
        ]
    )
    func missing(body: String, words: String) async throws {
        try await StubServer.with { _ in
            .init(body: body)
        } _: { server in
            let failure = await TriggerTesting.failure(of: try Self.trigger("127.0.0.1:\(server.port)"))
            #expect(failure?.kind == .invalid)
            #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
        }
    }

    @Test("every wrong field is named")
    func wrongFields() {
        let declaration = TriggerTesting.declare(
            "nats-jetstream",
            ["natsServerMonitoringEndpoint": "http://nats:8222", "consumr": "x", "lagThreshold": "-1"]
        )
        #expect(
            TriggerTesting.problems(declaration) == [
                "metadata.natsServerMonitoringEndpoint: must be a host and a port, as nats.default.svc:8222",
                "metadata.account: is required: in metadata, or by authenticationRef",
                "metadata.stream: is required", "metadata.consumer: is required",
                "metadata.lagThreshold: is '-1', but must be a number above 0",
                "metadata.consumr: unknown field; did you mean 'consumer'?",
            ]
        )
    }

    @Test(
        "messages to deliver and to acknowledge are counted by a real server, through its restart",
        .enabled(if: ServerProgram.nats.isExpected, Comment(rawValue: ServerProgram.nats.comment)),
        .timeLimit(.minutes(1))
    )
    func realServer() async throws {
        try await Servers.nats { server, monitoringPort in
            let trigger = try Self.trigger("127.0.0.1:\(monitoringPort)")
            let client = try NATSClient(port: server.port)
            #expect(await TriggerTesting.failure(of: trigger) != nil)
            try client.ask(
                "$JS.API.STREAM.CREATE.jobs",
                #"{"name": "jobs", "subjects": ["jobs.*"], "storage": "file"}"#
            )
            try client.ask(
                "$JS.API.CONSUMER.DURABLE.CREATE.jobs.scorer",
                #"{"stream_name": "jobs", "config": {"durable_name": "scorer", "ack_policy": "explicit"}}"#
            )
            let empty = TriggerReading(
                metrics: [.init(name: "nats-jetstream-jobs", value: 0, target: 4)],
                isActive: false
            )
            #expect(try await TriggerTesting.reading(of: trigger) == empty)
            for index in 0..<5 { try client.ask("jobs.new", "\(index)") }
            #expect(try await TriggerTesting.reading(of: trigger) { $0.value == 5 }.isActive)
            // Taken and not acknowledged: still work.
            try client.ask("$JS.API.CONSUMER.MSG.NEXT.jobs.scorer", "2")
            _ = try await TriggerTesting.reading(of: trigger) { $0.value == 5 }
            await server.stop()
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            try await server.start()
            _ = try await TriggerTesting.reading(of: trigger) { $0.value == 5 }
        }
    }
}

/// As much of NATS's protocol as the test needs.
private final class NATSClient {
    private let socket: TCPSocket
    private var inbox = 0

    init(port: Int) throws {
        self.socket = try TCPSocket.connect(port: port)
        try self.socket.send("CONNECT {\"verbose\": false}\r\nPING\r\n")
        _ = try self.receive(until: "PONG\r\n")
    }

    /// Publishes, and waits for the answer.
    func ask(_ subject: String, _ body: String) throws {
        self.inbox += 1
        let (reply, id) = ("_INBOX.\(self.inbox)", self.inbox)
        try self.socket.send("SUB \(reply) \(id)\r\nPUB \(subject) \(reply) \(body.utf8.count)\r\n\(body)\r\nPING\r\n")
        let answer = try self.receive(until: "MSG ")
        if answer.contains("\"error\"") { throw TCPSocket.Failure(description: answer) }
    }

    private func receive(until mark: String) throws -> String {
        var text = ""
        while !text.contains(mark) {
            let bytes = try self.socket.receive()
            if bytes.isEmpty { throw TCPSocket.Failure(description: "NATS closed the connection: \(text)") }
            text += String(decoding: bytes, as: UTF8.self)
        }
        return text
    }
}
