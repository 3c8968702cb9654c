import MessageTransport
import NIOCore

/// Publishes results to queues, through the default exchange.
final class RabbitMQSink: ResultSink {
    private static let confirmLimit = Duration.seconds(20)

    private let link: RabbitMQLink
    /// Queues of the consumer, whose absence is no reason to give up on a message.
    private let ownQueues: Set<String>

    init(link: RabbitMQLink, ownQueues: Set<String>) {
        self.link = link
        self.ownQueues = ownQueues
    }

    func publish(_ messages: [OutgoingMessage]) async -> [PublishOutcome] {
        do throws(MessagingError) {
            let open: RabbitMQLink.Open
            if let current = self.link.current {
                open = current
            } else {
                open = try await self.link.open()
            }
            let fates = try await open.channel.publish(messages.map(Self.publication), within: Self.confirmLimit)
            let outcomes: [PublishOutcome] = zip(messages, fates).map { message, fate in
                switch fate {
                case .success: .confirmed
                // Whoever asked for an answer is gone, and will not come back.
                case .failure(let error) where error.code == .notFound && !self.ownQueues.contains(message.destination):
                    .refused(error.description)
                case .failure(let error): .failed(error.description)
                }
            }
            // Queues of ours that are missing are made with the next connection.
            if outcomes.contains(where: { $0.failure != nil }) { await self.link.close() }
            return outcomes
        } catch {
            await self.link.close()
            return messages.map { _ in .failed(error.description) }
        }
    }

    func close() async {
        await self.link.close()
    }

    private static func publication(_ message: OutgoingMessage) -> AMQPPublication {
        let headers = message.headers.map { header in
            switch header.value {
            case .typed(let value): AMQPHeader(name: header.name, value: value)
            case .bytes: AMQPHeader(name: header.name, text: header.text ?? "")
            case .absent: AMQPHeader(name: header.name, value: .null)
            }
        }
        return AMQPPublication(
            routingKey: message.destination,
            properties: AMQPProperties(
                contentType: message.contentType,
                correlationID: message.correlationID,
                replyTo: message.replyTo,
                messageID: message.messageID,
                headers: headers
            ),
            body: Array(buffer: message.body)
        )
    }
}
