import MessageTransport
import NIOCore
import Telemetry
import Timekeeping

/// Takes messages from a queue.
final class RabbitMQSource: MessageSource {
    private let link: RabbitMQLink
    private let queue: String
    private let prefetch: UInt16
    private let holder: any LaneHolder

    init(link: RabbitMQLink, queue: String, prefetch: UInt16, holder: any LaneHolder) {
        self.link = link
        self.queue = queue
        self.prefetch = prefetch
        self.holder = holder
    }

    func take(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [QueueMessage] {
        do throws(MessagingError) {
            let open: RabbitMQLink.Open
            if let current = self.link.current {
                open = current
            } else {
                open = try await self.link.open()
                try await open.channel.consume(self.queue, prefetch: self.prefetch, within: RabbitMQLink.callLimit)
            }
            let deliveries = try await open.channel.receive(upTo: limit, waiting: waiting)
            let now = MonotonicClock.now()
            return deliveries.map { self.message($0, epoch: open.epoch, now: now) }
        } catch {
            await self.letGo()
            throw error
        }
    }

    /// A broker that goes takes back what is unanswered here, which makes room: nobody else would notice.
    func pause(for duration: Duration) async throws(MessagingError) -> [QueueMessage] {
        guard let open = self.link.current else {
            try? await Task.sleep(for: duration)
            return []
        }
        do throws(MessagingError) {
            try await open.channel.watch(for: duration)
            return []
        } catch {
            await self.letGo()
            throw error
        }
    }

    func acknowledge(_ positions: [MessagePosition]) async throws(MessagingError) {
        for position in positions {
            guard let open = self.link.current, open.epoch == position.lane.epoch else {
                throw MessagingError(.revoked, "the channel that messages came on is gone")
            }
            try await open.channel.acknowledge(through: UInt64(position.number), multiple: true)
        }
    }

    /// What is not acknowledged goes back to the queue with the connection.
    func close() async {
        await self.letGo()
    }

    private func letGo() async {
        guard let open = await self.link.close() else { return }
        self.holder.lost([MessageLane(number: 0, epoch: open.epoch)])
    }

    private func message(_ delivery: AMQPDelivery, epoch: Int, now: MonotonicInstant) -> QueueMessage {
        var message = QueueMessage(
            position: MessagePosition(lane: MessageLane(number: 0, epoch: epoch), number: Int64(delivery.tag)),
            body: ByteBuffer(bytes: delivery.body),
            source: self.queue,
            taken: now
        )
        let properties = delivery.properties
        message.headers = properties.headers.map { MessageHeader($0.name, .typed($0.value)) }
        message.contentType = properties.contentType
        message.messageID = properties.messageID
        message.correlationID = properties.correlationID
        message.replyTo = properties.replyTo
        // Quorum queues count; the others only say that it is not the first time.
        if case .integer(let count)? = properties.header("x-delivery-count") {
            message.earlierDeliveries = Int(clamping: count)
        } else if delivery.isRedelivered {
            message.earlierDeliveries = 1
        }
        return message
    }
}
