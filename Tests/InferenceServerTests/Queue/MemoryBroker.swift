import MessageTransport
import NIOCore
import Synchronization
import Telemetry

@testable import InferenceServer

/// A broker in memory: one lane, which hands out again what was not acknowledged when it is lost.
final class MemoryBroker: MessageBroker {
    struct State: Sendable {
        var messages: [QueueMessage] = []
        /// How many were handed out, and how many acknowledged.
        var cursor = 0
        var committed = 0
        var epoch = 1
        var published: [OutgoingMessage] = []
        var publishCalls = 0
        var holder: (any LaneHolder)?
        var openEnds = 0
        var largestTake = 0
        /// Whether a lane is about to go.
        var isLeaving = false
        /// What becomes of a message that is published.
        var fate: @Sendable (OutgoingMessage) -> PublishOutcome = { _ in .confirmed }
        var takeError: MessagingError?
        /// Whether those who ask get no answer yet, and how many have asked meanwhile.
        var isHoldingTakes = false
        var heldTakes = 0
        var acknowledgeError: MessagingError?
    }

    let state = Mutex(State())
    private let arrival = WakeSignal()

    var subject: String { "messages in memory" }
    var acknowledgementInterval: Duration { .zero }

    func makeSource(holder: any LaneHolder) -> any MessageSource {
        self.state.withLock { state in
            state.holder = holder
            state.openEnds += 1
        }
        return Source(broker: self)
    }

    func makeSink() -> any ResultSink {
        self.state.withLock { $0.openEnds += 1 }
        return Sink(broker: self)
    }

    func with<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        self.state.withLock { body(&$0) }
    }

    func send(_ bodies: [String], _ change: @Sendable (inout QueueMessage) -> Void = { _ in }) {
        self.state.withLock { state in
            for body in bodies {
                var message = QueueMessage(
                    position: MessagePosition(lane: MessageLane(number: 0, epoch: 0), number: 0),
                    body: ByteBuffer(string: body),
                    source: "requests",
                    taken: MonotonicClock.now()
                )
                message.offset = Int64(state.messages.count)
                change(&message)
                state.messages.append(message)
            }
        }
        self.arrival.signal()
    }

    /// Requests for the doubles of numbers.
    func send(numbers: some Sequence<Int>) { self.send(numbers.map { "{\"instances\": [\($0)]}" }) }

    /// What was published to a place, as text.
    func published(at destination: String) -> [String] {
        self.state.withLock { state in
            state.published.filter { $0.destination == destination }.map { String(buffer: $0.body) }
        }
    }

    /// Returns once something is so; the test's time limit ends what never comes.
    func until(_ condition: (State) -> Bool) async {
        while !self.state.withLock({ condition($0) }) { await Task.yield() }
    }

    /// Gives everything that is not acknowledged to somebody else, which is the same consumer again.
    func reassign(isLost: Bool) {
        let (holder, lane) = self.state.withLock { state -> ((any LaneHolder)?, MessageLane) in
            state.isLeaving = true
            return (state.holder, MessageLane(number: 0, epoch: state.epoch))
        }
        if isLost {
            holder?.lost([lane])
        } else if let last = holder?.leaving([lane]).last {
            self.state.withLock { $0.committed = Int(last.number) + 1 }
        }
        self.state.withLock { state in
            state.epoch += 1
            state.cursor = state.committed
        }
        self.arrival.signal()
    }

    private struct Source: MessageSource {
        let broker: MemoryBroker

        func take(upTo limit: Int, waiting: Duration) async throws(MessagingError) -> [QueueMessage] {
            let messages = try self.next(limit)
            guard messages.isEmpty else { return messages }
            await self.broker.arrival.wait(atMost: waiting)
            self.broker.with { state in if state.isHoldingTakes { state.heldTakes += 1 } }
            await self.broker.until { !$0.isHoldingTakes }
            return try self.next(limit)
        }

        private func next(_ limit: Int) throws(MessagingError) -> [QueueMessage] {
            let result = self.broker.state.withLock { state -> Result<[QueueMessage], MessagingError> in
                if let error = state.takeError { return .failure(error) }
                let end = min(state.cursor + limit, state.messages.count)
                defer { state.cursor = max(state.cursor, end) }
                let messages = (state.cursor..<max(state.cursor, end)).map { index in
                    let original = state.messages[index]
                    var message = QueueMessage(
                        position: MessagePosition(
                            lane: MessageLane(number: 0, epoch: state.epoch),
                            number: Int64(index)
                        ),
                        body: original.body,
                        source: original.source,
                        taken: MonotonicClock.now()
                    )
                    message.offset = original.offset
                    message.key = original.key
                    message.headers = original.headers
                    message.replyTo = original.replyTo
                    message.earlierDeliveries = original.earlierDeliveries
                    return message
                }
                state.largestTake = max(state.largestTake, messages.count)
                return .success(messages)
            }
            return try result.get()
        }

        func pause(for duration: Duration) async throws(MessagingError) -> [QueueMessage] {
            await Task.yield()
            return []
        }

        func acknowledge(_ positions: [MessagePosition]) async throws(MessagingError) {
            let error = self.broker.state.withLock { state -> MessagingError? in
                if let error = state.acknowledgeError { return error }
                for position in positions where position.lane.epoch == state.epoch {
                    state.committed = Int(position.number) + 1
                }
                return nil
            }
            if let error { throw error }
        }

        func close() async { self.broker.with { $0.openEnds -= 1 } }
    }

    private struct Sink: ResultSink {
        let broker: MemoryBroker

        func publish(_ messages: [OutgoingMessage]) async -> [PublishOutcome] {
            self.broker.state.withLock { state in
                state.publishCalls += 1
                let outcomes = messages.map { state.fate($0) }
                for (message, outcome) in zip(messages, outcomes) where outcome == .confirmed {
                    state.published.append(message)
                }
                return outcomes
            }
        }

        func close() async { self.broker.with { $0.openEnds -= 1 } }
    }
}
