import Logging
import MessageTransport
import TestSupport
import Testing

@Suite(
    "AMQPChannel, with RabbitMQ",
    .enabled(if: ServerProgram.rabbitMQ.isExpected, Comment(rawValue: ServerProgram.rabbitMQ.comment)),
    .rabbitMQ,
    .timeLimit(.minutes(3))
)
struct AMQPChannelTests {
    static let limit = Duration.seconds(10)

    private func withChannel<Result: Sendable>(
        _ body: (AMQPChannel, AMQPConnection) async throws -> Result
    ) async throws -> Result {
        let server = try #require(RabbitMQTrait.server)
        let connection = try AMQPConnection(AMQPSettings(uri: server.uri), logger: .silent)
        try await connection.open(within: Self.limit)
        let result = try await body(try await connection.openChannel(within: Self.limit), connection)
        await connection.close(within: Self.limit)
        return result
    }

    private static func fates(_ results: [Result<Void, MessagingError>]) -> [MessagingError.Code?] {
        results.map { result in
            if case .failure(let error) = result { error.code } else { nil }
        }
    }

    @Test("what is published arrives with all its properties, and counts until it is acknowledged")
    func roundTrip() async throws {
        try await self.withChannel { channel, _ in
            try await channel.declare("round-trip", within: Self.limit)
            let properties = AMQPProperties(
                contentType: "application/json",
                correlationID: "c-1",
                replyTo: "answers",
                messageID: "m-1",
                timestamp: 1_700_000_000,
                priority: 3,
                headers: [
                    AMQPHeader(name: "text", text: "grüß"), AMQPHeader(name: "number", value: .integer(-7)),
                    AMQPHeader(name: "share", value: .number(0.5)), AMQPHeader(name: "yes", value: .boolean(true)),
                    AMQPHeader(
                        name: "nested",
                        value: .list([
                            .table([AMQPHeader(name: "count", value: .integer(2))]), .null, .bytes([0, 255]),
                        ])
                    ),
                ]
            )
            let publication = AMQPPublication(routingKey: "round-trip", properties: properties, body: [0, 1, 2, 255])
            let fates = try await channel.publish([publication], within: Self.limit)
            #expect(Self.fates(fates) == [nil])
            #expect(try await channel.status(of: "round-trip", within: Self.limit).readyMessages == 1)

            try await channel.consume("round-trip", prefetch: 10, within: Self.limit)
            let deliveries = try await channel.receive(upTo: 10, waiting: Self.limit)
            #expect(deliveries.map(\.body) == [[0, 1, 2, 255]])
            #expect(deliveries.map(\.properties) == [properties])
            #expect(deliveries.map(\.routingKey) == ["round-trip"])
            try await channel.acknowledge(through: try #require(deliveries.first).tag, multiple: false)
            #expect(try await channel.receive(upTo: 1, waiting: .milliseconds(50)).isEmpty)
            #expect(try await channel.status(of: "round-trip", within: Self.limit).consumers == 1)
        }
    }

    @Test("an empty message is a message")
    func emptyBody() async throws {
        try await self.withChannel { channel, _ in
            try await channel.declare("empty", within: Self.limit)
            let fates = try await channel.publish([AMQPPublication(routingKey: "empty", body: [])], within: Self.limit)
            #expect(Self.fates(fates) == [nil])
            try await channel.consume("empty", prefetch: 1, within: Self.limit)
            #expect(try await channel.receive(upTo: 1, waiting: Self.limit).map(\.body) == [[]])
        }
    }

    @Test("the broker hands over no more than the prefetch, and the rest once that is acknowledged")
    func prefetch() async throws {
        try await self.withChannel { channel, _ in
            try await channel.declare("prefetch", within: Self.limit)
            let messages = (0..<25).map { AMQPPublication(routingKey: "prefetch", body: [UInt8($0)]) }
            _ = try await channel.publish(messages, within: Self.limit)
            try await channel.consume("prefetch", prefetch: 10, within: Self.limit)
            var seen: [UInt8] = []
            while seen.count < 25 {
                let batch = try await channel.receive(upTo: 25, waiting: Self.limit)
                try #require(!batch.isEmpty && batch.count <= 10)
                // Waiting for more would be in vain while these are not acknowledged.
                seen += batch.flatMap(\.body)
                try await channel.acknowledge(through: try #require(batch.last).tag, multiple: true)
            }
            #expect(seen == (0..<25).map { UInt8($0) })
        }
    }

    @Test("a rejected delivery comes again, and one that its channel did not answer too")
    func redelivery() async throws {
        try await self.withChannel { channel, connection in
            try await channel.declare("again", within: Self.limit)
            _ = try await channel.publish([AMQPPublication(routingKey: "again", body: [1])], within: Self.limit)
            try await channel.consume("again", prefetch: 1, within: Self.limit)
            let first = try #require(try await channel.receive(upTo: 1, waiting: Self.limit).first)
            #expect(!first.isRedelivered)
            try await channel.reject(through: first.tag, multiple: false, requeue: true)
            let second = try #require(try await channel.receive(upTo: 1, waiting: Self.limit).first)
            #expect(second.isRedelivered)
            await channel.close(within: Self.limit)

            let other = try await connection.openChannel(within: Self.limit)
            try await other.consume("again", prefetch: 1, within: Self.limit)
            let third = try #require(try await other.receive(upTo: 1, waiting: Self.limit).first)
            #expect(third.isRedelivered && third.body == [1])
        }
    }

    @Test("a message that no queue takes is told from one that was taken, in the same batch")
    func unroutable() async throws {
        try await self.withChannel { channel, _ in
            try await channel.declare("here", within: Self.limit)
            let batch = [
                AMQPPublication(routingKey: "here", body: [1]), AMQPPublication(routingKey: "nowhere", body: [2]),
                AMQPPublication(routingKey: "nowhere", body: [3], isMandatory: false),
                AMQPPublication(routingKey: "here", body: [4]),
            ]
            let fates = try await channel.publish(batch, within: Self.limit)
            #expect(Self.fates(fates) == [nil, .notFound, nil, nil])
            guard case .failure(let error) = fates[1] else { return }
            #expect(error.description == "no queue took a message for queue 'nowhere': NO_ROUTE")
        }
    }

    @Test("a missing queue closes its channel with the broker's words and no other channel")
    func missingQueue() async throws {
        try await self.withChannel { channel, connection in
            let other = try await connection.openChannel(within: Self.limit)
            await #expect {
                try await other.status(of: "missing", within: Self.limit)
            } throws: { error in
                guard let error = error as? MessagingError else { return false }
                return error.code == .notFound && error.description.contains("no queue 'missing'")
            }
            await #expect(throws: MessagingError.self) { try await other.status(of: "missing", within: Self.limit) }
            try await channel.declare("present", within: Self.limit)
            #expect(await connection.isOpen)
        }
    }

    @Test("a consumer whose queue is deleted hears of it")
    func deletedQueue() async throws {
        let server = try #require(RabbitMQTrait.server)
        try await self.withChannel { channel, _ in
            try await channel.declare("doomed", within: Self.limit)
            try await channel.consume("doomed", prefetch: 1, within: Self.limit)
            try await server.manage("DELETE", "/api/queues/%2f/doomed")
            await #expect {
                while true { _ = try await channel.receive(upTo: 1, waiting: .seconds(1)) }
            } throws: {
                ($0 as? MessagingError)?.code == .notFound
            }
        }
    }

    @Test("an acknowledgement gets through while another task waits for messages")
    func callsWhileReceiving() async throws {
        try await self.withChannel { channel, connection in
            try await channel.declare("busy", within: Self.limit)
            try await channel.consume("busy", prefetch: 10, within: Self.limit)
            let publishing = try await connection.openChannel(within: Self.limit)
            async let received = channel.receive(upTo: 1, waiting: .seconds(20))
            let start = ContinuousClock.now
            let fates = try await publishing.publish(
                [AMQPPublication(routingKey: "busy", body: [9])],
                within: Self.limit
            )
            #expect(Self.fates(fates) == [nil])
            #expect(try await received.map(\.body) == [[9]])
            #expect(ContinuousClock.now - start < .seconds(10))
        }
    }

    @Test("a wrong password is refused in the broker's words, without the password in the sentence")
    func wrongPassword() async throws {
        let server = try #require(RabbitMQTrait.server)
        let settings = try AMQPSettings(uri: "amqp://guest:s3cret@127.0.0.1:\(server.port)")
        let connection = try AMQPConnection(settings, logger: .silent)
        await #expect {
            try await connection.open(within: Self.limit)
        } throws: { error in
            guard let error = error as? MessagingError else { return false }
            return error.code == .unauthorized && error.description.contains("ACCESS_REFUSED")
                && !error.description.contains("s3cret")
        }
    }

    @Test("a virtual host that is not there is named")
    func wrongVirtualHost() async throws {
        let server = try #require(RabbitMQTrait.server)
        let connection = try AMQPConnection(AMQPSettings(uri: server.uri + "/moon"), logger: .silent)
        await #expect {
            try await connection.open(within: Self.limit)
        } throws: { error in
            guard let error = error as? MessagingError else { return false }
            return !error.isTransient && error.description.contains("moon")
        }
    }
}
