import Autoscaler
import Logging
import MessageTransport
import ScalingCore
import TestSupport
import Testing

@testable import Signals

@Suite(
    "Trigger rabbitmq, with a broker",
    .enabled(if: ServerProgram.rabbitMQ.isExpected, Comment(rawValue: ServerProgram.rabbitMQ.comment)),
    .timeLimit(.minutes(4))
)
struct RabbitMQBrokerTests {
    static let limit = Duration.seconds(10)

    private static func trigger(_ catalogue: TriggerCatalogue, _ metadata: [String: String]) throws -> any Trigger {
        try catalogue.trigger(for: TriggerTesting.declare("rabbitmq", metadata))
    }

    private static func publish(_ server: RabbitMQServer, _ queue: String, count: Int) async throws {
        let connection = try AMQPConnection(
            AMQPSettings(uri: server.uri),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await connection.open(within: Self.limit)
        let channel = try await connection.openChannel(within: Self.limit)
        try await channel.declare(queue, within: Self.limit)
        let messages = (0..<count).map { _ in AMQPPublication(routingKey: queue, body: [1]) }
        for fate in try await channel.publish(messages, within: Self.limit) { try fate.get() }
        await connection.close(within: Self.limit)
    }

    /// One broker for all of it: it takes seconds to start.
    @Test("over AMQP the length is exact at once, and triggers survive a restart of the broker")
    func overAMQP() async throws {
        try await Servers.rabbitMQ { server in
            let catalogue = TriggerTesting.catalogue()
            let trigger = try Self.trigger(catalogue, ["host": server.uri, "queueName": "work", "queueLength": "5"])
            let absent = try Self.trigger(catalogue, ["host": server.uri, "queueName": "absent", "queueLength": "5"])
            let managed = try Self.trigger(
                catalogue,
                ["host": server.managementURL, "queueName": "work", "mode": "QueueLength", "value": "5"]
            )
            let matching = try Self.trigger(
                catalogue,
                [
                    "host": server.managementURL, "queueName": "^(work|more-.*)$", "mode": "QueueLength", "value": "5",
                    "useRegex": "true", "pageSize": "2",
                ]
            )
            for count in [1, 10, 100] {
                try await Self.publish(server, "work", count: count)
                async let other = TriggerTesting.failure(of: absent)
                let reading = try await trigger.read()
                #expect(reading.value == (count == 1 ? 1 : count == 10 ? 11 : 111) && reading.isActive)
                // A missing queue costs its reader a channel and nobody else.
                let failure = await other
                #expect(failure?.kind == .invalid && failure?.description.contains("no queue 'absent'") == true)
            }
            for name in ["more-1", "more-2", "more-3"] { try await Self.publish(server, name, count: 2) }
            #expect(try await TriggerTesting.reading(of: managed) { $0.value == 111 }.isActive)
            #expect(try await TriggerTesting.reading(of: matching) { $0.value == 117 }.isActive)

            await server.process.stop()
            #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
            #expect(await TriggerTesting.failure(of: managed)?.kind == .unavailable)
            try await server.start()
            #expect(try await TriggerTesting.reading(of: trigger) { $0.value == 111 }.isActive)
            #expect(try await TriggerTesting.reading(of: managed) { $0.value == 111 }.isActive)
        }
    }

    @Test("TLS is checked against the authority given, and a password that is refused is told as such")
    func secured() async throws {
        try await TestCertificates.with { certificates in
            try await Servers.rabbitMQ(tls: certificates) { server in
                let port = try #require(server.tlsPort)
                let authority = try TestCertificates.text(certificates.authorityPath)
                let foreign = try TestCertificates.text(certificates.strangerPath)
                try await Self.publish(server, "work", count: 3)
                let metadata = [
                    "host": "amqps://guest:guest@localhost:\(port)", "queueName": "work", "queueLength": "5",
                ]
                func trigger(_ credentials: [String: String]) throws -> any Trigger {
                    let declaration = TriggerTesting.declare("rabbitmq", metadata, credentials: credentials)
                    return try TriggerTesting.catalogue().trigger(for: declaration)
                }
                #expect(try await trigger(["ca": authority]).read().value == 3)
                let stranger = await TriggerTesting.failure(of: try trigger(["ca": foreign]))
                #expect(stranger?.kind == .refused)
                let wrong = ["ca": authority, "password": "hunter2"]
                let refused = await TriggerTesting.failure(of: try trigger(wrong))
                #expect(refused?.kind == .refused)
                #expect(refused?.description.contains("hunter2") == false)
            }
        }
    }
}
