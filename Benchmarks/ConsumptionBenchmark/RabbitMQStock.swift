import InferenceServer
import Logging
import MessageTransport
import NIOCore

/// A queue of RabbitMQ.
final class RabbitMQStock: Stock {
    let name = "RabbitMQ"
    let broker: any MessageBroker
    private let bodies: MessageBodies
    private let queue: String
    private let connection: AMQPConnection
    private let channel: AMQPChannel

    private static let limit = Duration.seconds(60)

    init(uri: String, _ bodies: MessageBodies, _ options: Options) async throws {
        let log = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        let settings = try AMQPSettings(uri: uri)
        self.bodies = bodies
        self.queue = "requests-\(UInt64.random(in: 0...UInt64.max))"
        self.connection = try AMQPConnection(settings, logger: log)
        try await self.connection.open(within: Self.limit)
        self.channel = try await self.connection.openChannel(within: Self.limit)
        try await self.channel.declare(self.queue, within: Self.limit)
        self.broker = RabbitMQBroker(
            settings: settings,
            queue: self.queue,
            results: ["results"],
            prefetch: options.batch * 3,
            log: log
        )
    }

    func put(_ count: Int) async throws {
        let headers = self.bodies.headers.map { AMQPHeader(name: $0.name, text: $0.value) }
        for start in stride(from: 0, to: count, by: 1000) {
            let publications = (start..<min(start + 1000, count)).map { number in
                AMQPPublication(
                    routingKey: self.queue,
                    properties: AMQPProperties(correlationID: "\(number)", headers: headers),
                    body: Array(buffer: self.bodies.bodies[number % self.bodies.bodies.count])
                )
            }
            for fate in try await self.channel.publish(publications, within: Self.limit) { try fate.get() }
        }
    }

    func close() async { await self.connection.close(within: Self.limit) }
}
