import MessageTransport
import NIOCore
import Synchronization
import Telemetry

/// Takes messages as a member of a consumer group.
final class KafkaSource: MessageSource {
    private static let commitLimit = Duration.seconds(10)
    private static let closeLimit = Duration.seconds(5)

    private struct State {
        var isSubscribed = false
        var paused: Set<KafkaPartition> = []
    }

    private let consumer: KafkaConsumer
    private let topic: String
    private let lanes: KafkaLanes
    private let state = Mutex(State())

    init(consumer: KafkaConsumer, topic: String, lanes: KafkaLanes) {
        self.consumer = consumer
        self.topic = topic
        self.lanes = lanes
    }

    func take(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [QueueMessage] {
        if !self.state.withLock({ $0.isSubscribed }) {
            try await self.consumer.subscribe(to: [self.topic])
            self.state.withLock { $0.isSubscribed = true }
        }
        try await self.resume()
        return self.messages(try await self.consumer.poll(upTo: limit, waiting: waiting))
    }

    /// The membership needs calls also while nothing is to be taken, so partitions are paused and polled.
    func pause(for duration: Duration) async throws(MessagingError) -> [QueueMessage] {
        let partitions = self.state.withLock { self.consumer.assignment.subtracting($0.paused) }
        if !partitions.isEmpty {
            try await self.consumer.pause(Array(partitions))
            self.state.withLock { $0.paused.formUnion(partitions) }
        }
        return self.messages(try await self.consumer.poll(upTo: 1, waiting: duration))
    }

    /// A partition that was paused when it went to somebody else is still paused when it comes back.
    private func resume() async throws(MessagingError) {
        let partitions = self.state.withLock { state in
            state.paused.isEmpty ? [] : state.paused.intersection(self.consumer.assignment)
        }
        guard !partitions.isEmpty else { return }
        try await self.consumer.resume(Array(partitions))
        self.state.withLock { $0.paused.subtract(partitions) }
    }

    func acknowledge(_ positions: [MessagePosition]) async throws(MessagingError) {
        try await self.consumer.commit(self.lanes.positions(positions), within: Self.commitLimit)
    }

    func close() async {
        await self.consumer.close(within: Self.closeLimit)
    }

    private func messages(_ messages: [KafkaMessage]) -> [QueueMessage] {
        let now = MonotonicClock.now()
        return messages.compactMap { message in
            let partition = message.position.partition
            guard let lane = self.lanes.lane(of: partition.index) else { return nil }
            var taken = QueueMessage(
                position: MessagePosition(lane: lane, number: message.position.offset),
                // A tombstone has no body, which is no request either.
                body: ByteBuffer(bytes: message.value ?? []),
                source: partition.topic,
                taken: now
            )
            taken.key = message.key
            taken.offset = message.position.offset
            taken.headers = message.headers.map { header in
                MessageHeader(header.name, header.value.map { .bytes($0) } ?? .absent)
            }
            taken.contentType = taken.header("content-type")
            taken.correlationID = taken.header("correlation-id") ?? taken.header("correlationid")
            taken.messageID = taken.header("message-id")
            return taken
        }
    }
}
