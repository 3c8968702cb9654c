import NIOCore
import Testing
import Timekeeping

@testable import InferenceServer

@Suite("ConsumerState, in virtual time")
struct ConsumerStateTests {
    private static let lane = MessageLane(number: 0, epoch: 1)

    private static func message(_ number: Int64, size: Int = 10, on lane: MessageLane = Self.lane) -> QueueMessage {
        QueueMessage(
            position: MessagePosition(lane: lane, number: number),
            body: ByteBuffer(repeating: 0, count: size),
            source: "requests",
            taken: .seconds(0)
        )
    }

    private static func answer(_ message: QueueMessage, _ stage: Outgoing.Stage = .result) -> Outgoing {
        Outgoing(
            origin: message,
            id: "\(message.position.number)",
            stage: stage,
            message: OutgoingMessage(destination: "results", body: ByteBuffer())
        )
    }

    /// A consumer that took messages, and has answers to them where `answers` says so.
    private static func state(taking messages: [QueueMessage] = [], answers: Bool = false) -> ConsumerState {
        var limits = ConsumerLimits()
        limits.maximumInFlight = 4
        limits.maximumBytesInFlight = 100
        var state = ConsumerState(limits: limits)
        for message in messages {
            _ = state.took(message)
            if answers { state.answered([Self.answer(message)]) }
        }
        return state
    }

    private static func batch(_ state: inout ConsumerState, at seconds: Double = 0) -> [Outgoing]? {
        guard case .publish(let batch) = state.nextPublication(now: .seconds(seconds)) else { return nil }
        return batch
    }

    private static func deadline(_ state: inout ConsumerState, at seconds: Double = 0) -> MonotonicInstant? {
        guard case .wait(let until) = state.nextPublication(now: .seconds(seconds)) else { return nil }
        return until
    }

    @Test("a consumer that stops is done only when nothing can come any more")
    func stopping() {
        var state = Self.state()
        #expect(state.beginTaking() == 4)
        state.stop()
        #expect(state.hasNothingLeft && !state.isDone)
        state.endTaking()
        #expect(state.isDone)
        #expect(state.beginTaking() == nil)
    }

    @Test("no more is taken than may be under way, in messages and in bytes")
    func room() {
        #expect(Self.state().room == 4, "one message is taken however large it is")
        #expect(Self.state(taking: [Self.message(1)]).room == 3)
        #expect(Self.state(taking: (1...4).map { Self.message($0) }).room == 0)
        #expect(Self.state(taking: [Self.message(1), Self.message(2, size: 95)]).room == 0)
        #expect(Self.state(taking: [Self.message(1, size: 1000)]).room == 0)
    }

    @Test("what cannot be published goes out again in its order, later and later, and nothing is taken meanwhile")
    func backsOff() throws {
        var state = Self.state(taking: (1...3).map { Self.message($0) }, answers: true)
        var now = 0.0
        var waits: [Double] = []
        for _ in 0..<9 {
            let batch = try #require(Self.batch(&state, at: now))
            #expect(batch.map(\.id) == ["1", "2", "3"])
            _ = state.published(batch, batch.map { _ in .failed("away") }, now: .seconds(now))
            #expect(state.room == 0)
            let until = try #require(Self.deadline(&state, at: now))
            waits.append(until.seconds(since: .seconds(now)))
            now = until.seconds(since: .seconds(0))
        }
        #expect(waits.map { ($0 * 10).rounded() / 10 } == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10])
        let batch = try #require(Self.batch(&state, at: now))
        _ = state.published(batch, [.confirmed, .confirmed, .confirmed], now: .seconds(now))
        #expect(state.room == 4)
        let positions = state.takeAcknowledgements().map(\.number)
        #expect(positions == [3])
    }

    @Test("of a batch only what failed goes out again, and what came through is settled")
    func partly() throws {
        var state = Self.state(taking: (1...3).map { Self.message($0) }, answers: true)
        let batch = try #require(Self.batch(&state))
        _ = state.published(batch, [.confirmed, .failed("away"), .confirmed], now: .seconds(0))
        let first = state.takeAcknowledgements().map(\.number)
        #expect(first == [1], "3 is settled, but behind 2")
        let again = try #require(Self.batch(&state, at: 1))
        #expect(again.map(\.id) == ["2"])
        _ = state.published(again, [.confirmed], now: .seconds(1))
        let all = state.takeAcknowledgements().map(\.number)
        #expect(all == [3])
    }

    @Test("a refused answer is given back for another form, and its last form is tried until it is taken")
    func refused() throws {
        let message = Self.message(1)
        var state = Self.state(taking: [message], answers: true)
        let batch = try #require(Self.batch(&state))
        let refused = state.published(batch, [.refused("too large")], now: .seconds(0))
        #expect(refused.map(\.reason) == ["too large"])
        #expect(!state.hasAcknowledgements && state.inFlight == 1, "it is not settled yet")
        state.answered([Self.answer(message, .last)])
        let last = try #require(Self.batch(&state))
        let hopeless = state.published(last, [.refused("still too large")], now: .seconds(0))
        #expect(hopeless.isEmpty)
        let again = Self.batch(&state, at: 60)
        #expect(again?.map(\.stage) == [.last])
    }

    @Test("when what could not be published went to somebody else, one message tries whether it works again")
    func probes() throws {
        var state = Self.state(taking: [Self.message(1), Self.message(2)], answers: true)
        let batch = try #require(Self.batch(&state))
        _ = state.published(batch, [.failed("away"), .failed("away")], now: .seconds(0))
        #expect(state.room == 0)
        state.lost([Self.lane])
        #expect(state.room == 1)
        let again = Self.message(1, on: MessageLane(number: 0, epoch: 2))
        _ = state.took(again)
        #expect(state.room == 0)
        state.answered([Self.answer(again)])
        let probe = try #require(Self.batch(&state, at: 1))
        _ = state.published(probe, [.confirmed], now: .seconds(1))
        #expect(state.room == 4)
    }

    @Test("nothing is taken while nothing can be acknowledged, unless it went to somebody else")
    func unacknowledged() throws {
        var state = Self.state(taking: [Self.message(1)], answers: true)
        let batch = try #require(Self.batch(&state))
        _ = state.published(batch, [.confirmed], now: .seconds(0))
        let positions = state.takeAcknowledgements()
        #expect(state.room == 4)
        state.unacknowledged(positions)
        #expect(state.room == 0)
        var moved = state
        moved.lost([Self.lane])
        #expect(moved.room == 4)
        _ = state.takeAcknowledgements()
        state.acknowledged()
        #expect(state.room == 4)
    }

    @Test("a consumer that stops takes nothing, answers what it has, and only then is done")
    func stops() throws {
        let message = Self.message(1)
        var state = Self.state(taking: [message])
        state.stop()
        #expect(state.room == 0 && !state.isDone)
        state.answered([Self.answer(message)])
        let batch = try #require(Self.batch(&state))
        #expect(!state.isDone)
        _ = state.published(batch, [.confirmed], now: .seconds(0))
        #expect(state.isDone)
        guard case .end = state.nextPublication(now: .seconds(0)) else {
            Issue.record("the publisher is not told to end")
            return
        }
    }

    @Test("what somebody else has now is neither published nor acknowledged")
    func loses() {
        let other = MessageLane(number: 1, epoch: 1)
        let messages = [Self.message(1), Self.message(2), Self.message(1, on: other)]
        var state = Self.state(taking: messages)
        state.answered([Self.answer(messages[0])])
        state.lost([Self.lane])
        state.answered([Self.answer(messages[1])])
        #expect(state.inFlight == 1)
        let nothing = Self.batch(&state)
        #expect(nothing == nil)
        state.answered([Self.answer(messages[2])])
        let batch = Self.batch(&state)
        #expect(batch?.map(\.origin.position.lane) == [other])
    }

    /// A broker that keeps what is not acknowledged, and a consumer that fails, loses its lane and is killed.
    private struct History {
        static let count: Int64 = 30
        var random: SeededGenerator
        /// A consumer that dies forgets its troubles; one that does not must get over them.
        let isMortal: Bool
        var state = ConsumerStateTests.state()
        var now = 0.0
        var epoch = 1
        var cursor: Int64 = 0
        var committed: Int64 = 0
        var answered: Set<Int64> = []
        var working: [QueueMessage] = []
        var wrong: String?

        mutating func step() {
            self.now += Double.random(in: 0...0.2, using: &self.random)
            switch Int.random(in: 0..<80, using: &self.random) {
            case 0..<24: self.take()
            case 24..<48: self.predict()
            case 48..<64: self.publish()
            case 64..<72: self.acknowledge()
            case 72..<76: self.lose()
            case 76: if self.isMortal { self.die() }
            default: break
            }
        }

        private mutating func take() {
            guard self.state.room > 0, self.cursor < Self.count else { return }
            self.cursor += 1
            let lane = MessageLane(number: 0, epoch: self.epoch)
            let message = ConsumerStateTests.message(self.cursor, on: lane)
            if self.state.took(message) { self.working.append(message) }
        }

        private mutating func predict() {
            guard !self.working.isEmpty else { return }
            let index = Int.random(in: self.working.indices, using: &self.random)
            self.state.answered([ConsumerStateTests.answer(self.working.remove(at: index))])
        }

        private mutating func publish() {
            guard let batch = ConsumerStateTests.batch(&self.state, at: self.now) else { return }
            let outcomes = batch.map { outgoing -> PublishOutcome in
                guard Bool.random(using: &self.random) else { return .failed("away") }
                self.answered.insert(outgoing.origin.position.number)
                return .confirmed
            }
            _ = self.state.published(batch, outcomes, now: .seconds(self.now))
        }

        private mutating func acknowledge() {
            for position in self.state.takeAcknowledgements() {
                if position.lane.epoch != self.epoch { self.wrong = "a lane that is gone is acknowledged" }
                if !(1...position.number).allSatisfy({ self.answered.contains($0) }) {
                    self.wrong = "\(position.number) is acknowledged before all up to it are answered"
                }
                if Bool.random(using: &self.random) {
                    self.state.unacknowledged([position])
                } else {
                    self.committed = position.number
                    self.state.acknowledged()
                }
            }
        }

        private mutating func lose() {
            self.state.lost([MessageLane(number: 0, epoch: self.epoch)])
            self.epoch += 1
            self.cursor = self.committed
        }

        /// Killed: what it knew is gone.
        private mutating func die() {
            self.lose()
            self.state = ConsumerStateTests.state()
            self.working = []
        }
    }

    @Test("whatever fails and whoever dies, every message is answered, and none is acknowledged before")
    func atLeastOnce() {
        for seed in 0..<150 {
            var history = History(random: SeededGenerator(seed: UInt64(seed)), isMortal: seed.isMultiple(of: 2))
            var steps = 0
            while history.committed < History.count, steps < 50_000 {
                history.step()
                steps += 1
            }
            #expect(history.wrong == nil, "seed \(seed)")
            #expect(history.committed == History.count, "seed \(seed): stuck at \(history.committed)")
        }
    }
}
