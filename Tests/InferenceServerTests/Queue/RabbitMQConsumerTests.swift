import MessageTransport
import TestSupport
import Testing

@testable import InferenceServer

/// Against RabbitMQ itself.
@Suite(
    "A consumer of RabbitMQ",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: ServerProgram.rabbitMQ.isExpected, Comment(rawValue: ServerProgram.rabbitMQ.comment))
)
struct RabbitMQConsumerTests {
    private static let wait = Duration.seconds(10)

    private static func broker(_ server: RabbitMQServer) throws -> RabbitMQBroker {
        RabbitMQBroker(
            settings: try AMQPSettings(uri: server.uri),
            queue: "requests",
            results: ["results", "failed"],
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
        _ bodies: [String],
        _ properties: AMQPProperties = AMQPProperties()
    ) async throws {
        let fates = try await channel.publish(
            bodies.map { AMQPPublication(routingKey: "requests", properties: properties, body: Array($0.utf8)) },
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

    @Test("queues are made, requests answered, and bad ones end in the dead letter with headers that say why")
    func answers() async throws {
        try await Servers.rabbitMQ { server in
            try await Self.withChannel(server) { channel in
                try await channel.declare("requests", within: Self.wait)
                let properties = AMQPProperties(
                    correlationID: "c-1",
                    headers: [AMQPHeader(name: "trace", text: "abc"), AMQPHeader(name: "try", value: .integer(3))]
                )
                try await Self.publish(channel, [#"{"instances": [1]}"#], properties)
                try await Self.publish(channel, ["{oops"])
                try await BrokerFixture.consuming(Self.broker(server)) { _ in
                    try await channel.declare("results", within: Self.wait)
                    try await channel.declare("failed", within: Self.wait)
                    try await channel.consume("results", prefetch: 10, within: Self.wait)
                    let result = try #require(try await Self.receive(channel, 1).first)
                    #expect(Self.text(result) == #"{"predictions":[2.0]}"#)
                    #expect(result.properties.correlationID == "c-1")
                    #expect(result.properties.header("trace") == .text("abc"))
                    #expect(result.properties.header("try") == .integer(3))
                    #expect(result.properties.header("pilotlight-id")?.text == "c-1")
                    try await channel.cancel(within: Self.wait)
                    try await channel.consume("failed", prefetch: 10, within: Self.wait)
                    let letter = try #require(try await Self.receive(channel, 1).first)
                    #expect(Self.text(letter) == "{oops")
                    #expect(letter.properties.header("pilotlight-reason")?.text == "invalid-request")
                    #expect(letter.properties.header("pilotlight-source")?.text == "requests")
                }
                // Everything is acknowledged: with the consumer gone nothing is left.
                #expect(try await channel.status(of: "requests", within: Self.wait).readyMessages == 0)
            }
        }
    }

    @Test("reply_to gets the answer, and when whoever asked is gone, the dead letter gets the message")
    func replyTo() async throws {
        try await Servers.rabbitMQ { server in
            try await Self.withChannel(server) { channel in
                try await channel.declare("requests", within: Self.wait)
                try await channel.declare("mine", within: Self.wait)
                try await channel.declare("failed", within: Self.wait)
                try await Self.publish(channel, [#"{"instances": [1]}"#], AMQPProperties(replyTo: "mine"))
                try await Self.publish(channel, [#"{"instances": [2]}"#], AMQPProperties(replyTo: "gone"))
                try await BrokerFixture.consuming(Self.broker(server)) { _ in
                    try await channel.consume("mine", prefetch: 10, within: Self.wait)
                    #expect(try await Self.receive(channel, 1).map(Self.text) == [#"{"predictions":[2.0]}"#])
                    try await channel.cancel(within: Self.wait)
                    try await channel.consume("failed", prefetch: 10, within: Self.wait)
                    let letter = try #require(try await Self.receive(channel, 1).first)
                    #expect(letter.properties.header("pilotlight-reason")?.text == "result-refused")
                    #expect(letter.properties.replyTo == "gone")
                }
            }
        }
    }

    @Test("what a killed consumer had taken is answered by the next one")
    func killed() async throws {
        try await Servers.rabbitMQ { server in
            try await Self.withChannel(server) { channel in
                try await channel.declare("requests", within: Self.wait)
                try await channel.declare("results", within: Self.wait)
                try await Self.publish(channel, (0..<100).map { "{\"instances\": [\($0)]}" })
                try await BrokerFixture.killed(Self.broker(server)) { consumer in
                    try await BrokerFixture.until { consumer.inFlight >= 40 }
                }
                try await channel.consume("results", prefetch: 200, within: Self.wait)
                try await BrokerFixture.consuming(Self.broker(server)) { consumer in
                    let results = try await Self.receive(channel, 100)
                    #expect(Set(results.map(Self.text)).count == 100)
                    #expect(consumer.meters.snapshot.redelivered > 0)
                }
            }
        }
    }

    @Test("the broker's restart under load loses nothing, and needs nobody's help")
    func restart() async throws {
        try await Servers.rabbitMQ { server in
            try await Self.withChannel(server) { channel in
                try await channel.declare("requests", within: Self.wait)
                try await channel.declare("results", within: Self.wait)
                try await Self.publish(channel, (0..<500).map { "{\"instances\": [\($0)]}" })
            }
            try await BrokerFixture.consuming(Self.broker(server)) { consumer in
                try await BrokerFixture.until { consumer.meters.snapshot.results >= 20 }
                await server.process.stop()
                try await BrokerFixture.until { !consumer.meters.snapshot.isTaking }
                try await server.start()
                try await Self.withChannel(server) { channel in
                    try await channel.consume("results", prefetch: 1000, within: Self.wait)
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
}
