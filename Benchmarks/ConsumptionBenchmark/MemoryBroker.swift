import InferenceServer
import MessageTransport
import Synchronization
import Telemetry

/// A broker in memory, which costs next to nothing.
final class MemoryBroker: MessageBroker, Stock {
    private let bodies: MessageBodies
    private let handedOut = Mutex(0)
    private let available = Mutex(0)

    let name = "memory"
    let subject = "messages in memory"
    let acknowledgementInterval = Duration.zero
    var broker: any MessageBroker { self }

    init(_ bodies: MessageBodies) {
        self.bodies = bodies
    }

    func put(_ count: Int) { self.available.withLock { $0 += count } }
    func close() async {}

    func makeSource(holder: any LaneHolder) -> any MessageSource { Source(broker: self) }
    func makeSink() -> any ResultSink { Sink() }

    private func next(_ limit: Int) -> [QueueMessage] {
        let range = self.available.withLock { available in
            let count = min(limit, available)
            available -= count
            return self.handedOut.withLock { number in
                defer { number += count }
                return number..<(number + count)
            }
        }
        let headers = self.bodies.headers.map { MessageHeader($0.name, $0.value) }
        let now = MonotonicClock.now()
        return range.map { number in
            var message = QueueMessage(
                position: MessagePosition(lane: MessageLane(number: 0, epoch: 0), number: Int64(number)),
                body: self.bodies.bodies[number % self.bodies.bodies.count],
                source: "requests",
                taken: now
            )
            message.offset = Int64(number)
            message.headers = headers
            return message
        }
    }

    private struct Source: MessageSource {
        let broker: MemoryBroker

        func take(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [QueueMessage] {
            let messages = self.broker.next(limit)
            guard messages.isEmpty else { return messages }
            // Looks so seldom that it costs the other sides nothing while they are measured.
            try? await Task.sleep(for: min(waiting, .milliseconds(20)))
            return self.broker.next(limit)
        }

        func pause(for duration: Duration) async throws(MessagingError) -> [QueueMessage] {
            try? await Task.sleep(for: duration)
            return []
        }

        func acknowledge(_ positions: [MessagePosition]) async throws(MessagingError) {}
        func close() async {}
    }

    private struct Sink: ResultSink {
        func publish(_ messages: [OutgoingMessage]) async -> [PublishOutcome] { messages.map { _ in .confirmed } }
        func close() async {}
    }
}
