import InferenceServer
import MessageTransport
import Synchronization

/// Another broker, whose messages are handed out only while they are to be measured.
final class BrokerGate: MessageBroker {
    private struct State {
        var isOpen = false
        var missing = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let broker: any MessageBroker
    private let state = Mutex(State())

    var subject: String { self.broker.subject }
    var acknowledgementInterval: Duration { self.broker.acknowledgementInterval }

    init(_ broker: any MessageBroker) {
        self.broker = broker
    }

    /// Returns once so many results are confirmed.
    func letThrough(_ count: Int) async {
        await withCheckedContinuation { continuation in
            self.state.withLock { $0 = State(isOpen: true, missing: count, waiter: continuation) }
        }
    }

    func makeSource(holder: any LaneHolder) throws(MessagingError) -> any MessageSource {
        Source(source: try self.broker.makeSource(holder: holder), gate: self)
    }

    func makeSink() throws(MessagingError) -> any ResultSink {
        Sink(sink: try self.broker.makeSink(), gate: self)
    }

    private func confirmed(_ count: Int) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.missing -= count
            guard state.missing <= 0 else { return nil }
            defer { state = State() }
            return state.waiter
        }
        waiter?.resume()
    }

    private struct Source: MessageSource {
        let source: any MessageSource
        let gate: BrokerGate

        func take(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [QueueMessage] {
            guard self.gate.state.withLock({ $0.isOpen }) else {
                // Looks so seldom that it costs the other sides nothing while they are measured.
                try? await Task.sleep(for: min(waiting, .milliseconds(20)))
                return []
            }
            return try await self.source.take(upTo: limit, waiting: waiting)
        }

        func pause(for duration: Duration) async throws(MessagingError) -> [QueueMessage] {
            try await self.source.pause(for: duration)
        }

        func acknowledge(_ positions: [MessagePosition]) async throws(MessagingError) {
            try await self.source.acknowledge(positions)
        }

        func close() async { await self.source.close() }
    }

    private struct Sink: ResultSink {
        let sink: any ResultSink
        let gate: BrokerGate

        func publish(_ messages: [OutgoingMessage]) async -> [PublishOutcome] {
            let outcomes = await self.sink.publish(messages)
            self.gate.confirmed(outcomes.count { $0 == .confirmed })
            return outcomes
        }

        func close() async { await self.sink.close() }
    }
}
