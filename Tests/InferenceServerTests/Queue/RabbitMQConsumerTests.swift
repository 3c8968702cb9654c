import MessageTransport
import TestSupport
import Testing

@testable import InferenceServer

/// Against RabbitMQ itself, which takes long to start: one broker serves all, with queues of their own.
@Suite(
    "A consumer of RabbitMQ",
    .serialized,
    .timeLimit(.minutes(4)),
    .enabled(if: ServerProgram.rabbitMQ.isExpected, Comment(rawValue: ServerProgram.rabbitMQ.comment))
)
struct RabbitMQConsumerTests {
    private static let wait = Duration.seconds(10)

    private static func broker(_ server: RabbitMQServer, _ prefix: String) throws -> RabbitMQBroker {
        RabbitMQBroker(
            settings: try AMQPSettings(uri: server.uri),
            queue: "\(prefix)-requests",
            results: ["\(prefix)-results", "\(prefix)-failed"],
            prefetch: 48,
            log: BrokerFixture.log
        )
    }

    /// A client of the test's own.
    private static func withChannel<Result: Sendable>(
        _ server: RabbitMQServer,
        _ body: (AMQPChannel) async throws -> Result
    ) async throws -> Result {
        let connection = try AMQPConnection(AMQPSettings(uri: server.uri), logger: BrokerFixture.log)
        try await connection.open(within: Self.wait)
        let channel = try await connection.openChannel(within: Self.wait)
        let result = try await body(channel)
        await connection.close(within: Self.wait)
        return result
    }

    private static func publish(
        _ channel: AMQPChannel,
        to prefix: String,
        _ bodies: [String],
        _ properties: AMQPProperties = AMQPProperties()
    ) async throws {
        let fates = try await channel.publish(
            bodies.map {
                AMQPPublication(routingKey: "\(prefix)-requests", properties: properties, body: Array($0.utf8))
            },
            within: Self.wait
        )
        for fate in fates { try fate.get() }
    }

    private static func receive(_ channel: AMQPChannel, _ count: Int) async throws -> [AMQPDelivery] {
        var deliveries: [AMQPDelivery] = []
        while deliveries.count < count {
            let more = try await channel.receive(upTo: count - deliveries.count, waiting: Self.wait)
            guard !more.isEmpty else { break }
            deliveries += more
        }
        if let last = deliveries.last { try await channel.acknowledge(through: last.tag, multiple: true) }
        return deliveries
    }

    private static func text(_ delivery: AMQPDelivery) -> String { String(decoding: delivery.body, as: UTF8.self) }

    @Test("requests are answered, bad ones told apart, and neither death nor a restart of the broker loses any")
    func consumes() async throws {
        try await Servers.rabbitMQ { server in
            try await Self.answers(server)
            try await Self.replyTo(server)
            try await Self.killed(server)
            try await Self.restart(server)
        }
    }

    /// Queues are made, requests answered, and bad ones end in the dead letter with headers that say why.
    private static func answers(_ server: RabbitMQServer) async throws {
        try await Self.withChannel(server) { channel in
            try await channel.declare("first-requests", within: Self.wait)
            let properties = AMQPProperties(
                correlationID: "c-1",
                headers: [AMQPHeader(name: "trace", text: "abc"), AMQPHeader(name: "try", value: .integer(3))]
            )
            try await Self.publish(channel, to: "first", [#"{"instances": [1]}"#], properties)
            try await Self.publish(channel, to: "first", ["{oops"])
            try await BrokerFixture.consuming(Self.broker(server, "first"), prefix: "first-") { _ in
                try await channel.declare("first-results", within: Self.wait)
                try await channel.declare("first-failed", within: Self.wait)
                try await channel.consume("first-results", prefetch: 10, within: Self.wait)
                let result = try #require(try await Self.receive(channel, 1).first)
                #expect(Self.text(result) == #"{"predictions":[2.0]}"#)
                #expect(result.properties.correlationID == "c-1")
                #expect(result.properties.header("trace") == .text("abc"))
                #expect(result.properties.header("try") == .integer(3))
                #expect(result.properties.header("pilotlight-id")?.text == "c-1")
                try await channel.cancel(within: Self.wait)
                try await channel.consume("first-failed", prefetch: 10, within: Self.wait)
                let letter = try #require(try await Self.receive(channel, 1).first)
                #expect(Self.text(letter) == "{oops")
                #expect(letter.properties.header("pilotlight-reason")?.text == "invalid-request")
                #expect(letter.properties.header("pilotlight-source")?.text == "first-requests")
            }
            // Everything is acknowledged: with the consumer gone nothing is left.
            #expect(try await channel.status(of: "first-requests", within: Self.wait).readyMessages == 0)
        }
    }

    /// Reply_to gets the answer, and when whoever asked is gone, the dead letter gets the message.
    private static func replyTo(_ server: RabbitMQServer) async throws {
        try await Self.withChannel(server) { channel in
            try await channel.declare("second-requests", within: Self.wait)
            try await channel.declare("mine", within: Self.wait)
            try await channel.declare("second-failed", within: Self.wait)
            try await Self.publish(channel, to: "second", [#"{"instances": [1]}"#], AMQPProperties(replyTo: "mine"))
            try await Self.publish(channel, to: "second", [#"{"instances": [2]}"#], AMQPProperties(replyTo: "gone"))
            try await BrokerFixture.consuming(Self.broker(server, "second"), prefix: "second-") { _ in
                try await channel.consume("mine", prefetch: 10, within: Self.wait)
                #expect(try await Self.receive(channel, 1).map(Self.text) == [#"{"predictions":[2.0]}"#])
                try await channel.cancel(within: Self.wait)
                try await channel.consume("second-failed", prefetch: 10, within: Self.wait)
                let letter = try #require(try await Self.receive(channel, 1).first)
                #expect(letter.properties.header("pilotlight-reason")?.text == "result-refused")
                #expect(letter.properties.replyTo == "gone")
            }
        }
    }

    /// What a killed consumer had taken is answered by the next one.
    private static func killed(_ server: RabbitMQServer) async throws {
        try await Self.withChannel(server) { channel in
            try await channel.declare("third-requests", within: Self.wait)
            try await channel.declare("third-results", within: Self.wait)
            try await Self.publish(channel, to: "third", (0..<100).map { "{\"instances\": [\($0)]}" })
            try await BrokerFixture.killed(Self.broker(server, "third"), prefix: "third-") { consumer in
                try await BrokerFixture.until { consumer.inFlight >= 40 }
            }
            try await channel.consume("third-results", prefetch: 200, within: Self.wait)
            try await BrokerFixture.consuming(Self.broker(server, "third"), prefix: "third-") { consumer in
                let results = try await Self.receive(channel, 100)
                #expect(Set(results.map(Self.text)).count == 100)
                #expect(consumer.meters.snapshot.redelivered > 0)
            }
        }
    }

    /// The broker's restart under load loses nothing and needs nobody's help, also when nothing more can be taken.
    private static func restart(_ server: RabbitMQServer) async throws {
        try await Self.withChannel(server) { channel in
            try await channel.declare("fourth-requests", within: Self.wait)
            try await channel.declare("fourth-results", within: Self.wait)
            try await Self.publish(channel, to: "fourth", (0..<20).map { "{\"instances\": [\($0)]}" })
        }
        let gate = Gate(isOpen: true)
        try await BrokerFixture.consuming(Self.broker(server, "fourth"), prefix: "fourth-", gate: gate) { consumer in
            try await BrokerFixture.until { consumer.meters.snapshot.results >= 20 }
            gate.close()
            try await Self.withChannel(server) { channel in
                try await Self.publish(channel, to: "fourth", (20..<500).map { "{\"instances\": [\($0)]}" })
            }
            try await BrokerFixture.until { consumer.inFlight >= 48 }
            await server.process.stop()
            try await BrokerFixture.until { !consumer.meters.snapshot.isTaking }
            gate.open()
            try await server.start()
            try await Self.withChannel(server) { channel in
                try await channel.consume("fourth-results", prefetch: 1000, within: Self.wait)
                var seen: Set<String> = []
                while seen.count < 500 {
                    let more = try await Self.receive(channel, 1)
                    guard !more.isEmpty else { break }
                    seen.formUnion(more.map(Self.text))
                }
                #expect(seen.count == 500)
            }
        }
    }
}
