import Glibc
import Logging
import MessageTransport
import NIOCore
import Synchronization
import Telemetry
import Timekeeping

/// Takes messages, has them predicted, publishes the results and tells the broker what is done, in this order.
///
/// Three loops share one `ConsumerState`, which decides everything: one takes, one publishes, one acknowledges. None of
/// them waits for another, so that while a batch is in the model the one before it is published and the next one taken.
final class QueueConsumer: Sendable {
    /// How long the loops wait for a broker that says nothing.
    private static let idleWait = Duration.milliseconds(500)
    /// How long a source is left alone while nothing can be taken; pausing one costs what it has read ahead.
    private static let patience = Duration.seconds(2)
    private static let pausePiece = Duration.milliseconds(100)
    /// How long partitions that go to somebody else are held until what was taken from them is answered.
    private static let leavingSeconds = 2.0

    let settings: QueueSettings
    let meters = QueueMeters()
    let model: ServedModel
    let pool: InferencePool
    private let log: Logger
    let composer: AnswerComposer
    let limits: ConsumerLimits
    private let state: Mutex<ConsumerState>
    /// Something was answered, or the state of publishing changed.
    private let answered = WakeSignal()
    /// Something was settled, so that there is room, and something to acknowledge.
    private let room = WakeSignal()
    private let settled = WakeSignal()
    private let ended = WakeSignal()

    init(settings: QueueSettings, limits: ConsumerLimits? = nil, model: ServedModel, pool: InferencePool, log: Logger) {
        self.settings = settings
        self.model = model
        self.pool = pool
        self.log = log
        self.composer = AnswerComposer(results: settings.results, deadLetters: settings.deadLetters)
        self.limits = limits ?? settings.limits
        self.state = Mutex(ConsumerState(limits: self.limits))
    }

    /// Messages that were taken and are not answered.
    var inFlight: Int { self.state.withLock { $0.inFlight } }

    /// Takes no more; `run` returns once everything that was taken is answered and acknowledged.
    func stop() {
        self.state.withLock { $0.stop() }
        self.wakeAll()
    }

    /// Returns once `run` has, or the time is over.
    func finished(within limit: Duration) async { await self.ended.wait(atMost: limit) }

    /// Works until it is stopped and done, or its task is cancelled.
    func run() async throws(MessagingError) {
        defer { self.ended.signal() }
        let source = try self.settings.broker.makeSource(holder: self)
        let sink = try self.settings.broker.makeSink()
        self.log.info("taking messages", metadata: [LogKey.object: "\(self.settings.broker.subject)"])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.take(from: source) }
            group.addTask { await self.publish(to: sink) }
            group.addTask { await self.acknowledge(at: source) }
        }
        await source.close()
        await sink.close()
        let left = self.inFlight
        if left > 0 {
            self.log.warning(
                "stopped with messages under way, which are handed out again",
                metadata: [LogKey.count: "\(left)"]
            )
        }
    }

    private func wakeAll() {
        self.answered.signal()
        self.room.signal()
        self.settled.signal()
    }

    // MARK: Taking

    private func take(from source: any MessageSource) async {
        var trouble = Trouble("cannot take messages", self.log)
        while !Task.isCancelled, let room = self.state.withLock({ $0.beginTaking() }) {
            do throws(MessagingError) {
                let messages =
                    room > 0 ? try await self.gather(from: source, room) : try await self.holdOff(source)
                trouble.ended()
                self.meters.record { $0.isTaking = true }
                self.took(messages)
                self.endTaking()
            } catch {
                self.meters.record { counts in
                    counts.isTaking = false
                    counts.takeFailures += 1
                }
                self.endTaking()
                try? await Task.sleep(for: trouble.happened(error))
            }
        }
    }

    private func endTaking() {
        let isStopping = self.state.withLock { state in
            state.endTaking()
            return state.isStopping
        }
        // The other loops do not end while something may still come.
        if isStopping { self.wakeAll() }
    }

    /// Messages for a batch; a first one waits for company for a moment.
    private func gather(from source: any MessageSource, _ room: Int) async throws(MessagingError) -> [QueueMessage] {
        let limit = min(room, self.settings.maximumBatch)
        var messages = try await source.take(upTo: limit, waiting: Self.idleWait)
        guard !messages.isEmpty, self.settings.gathering > .zero else { return messages }
        let end = MonotonicClock.now().advanced(by: self.settings.gathering)
        while messages.count < limit {
            let left = end.duration(since: MonotonicClock.now())
            guard left > .zero else { break }
            do throws(MessagingError) {
                let more = try await source.take(upTo: limit - messages.count, waiting: left)
                guard !more.isEmpty else { break }
                messages += more
            } catch {
                // What is there is worked on; the trouble comes up again.
                break
            }
        }
        return messages
    }

    /// Waits until there is room again, and pauses the source when that takes long.
    private func holdOff(_ source: any MessageSource) async throws(MessagingError) -> [QueueMessage] {
        // A group that refuses commits is about to move, and waits for its members to poll.
        let isMoving = self.state.withLock { !$0.isAcknowledging }
        let end = MonotonicClock.now().advanced(by: isMoving ? .zero : Self.patience)
        while self.state.withLock({ $0.room == 0 && !$0.hasNothingLeft }), !Task.isCancelled {
            let left = end.duration(since: MonotonicClock.now())
            guard left > .zero else { return try await source.pause(for: Self.pausePiece) }
            await self.room.wait(atMost: left)
        }
        return []
    }

    private func took(_ messages: [QueueMessage]) {
        guard !messages.isEmpty else { return }
        let fresh = self.state.withLock { state in messages.filter { state.took($0) } }
        self.meters.record { counts in
            counts.taken += fresh.count
            counts.redelivered += fresh.count { $0.earlierDeliveries > 0 }
            counts.takenAtOnce.record(Double(fresh.count))
        }
        self.predict(MessageGroup(fresh, consumer: self))
    }

    func answer(_ answers: [Outgoing]) {
        self.state.withLock { $0.answered(answers) }
        self.answered.signal()
    }

    static func time() -> String { WallTime.now().rfc3339 }

    // MARK: Publishing

    private func publish(to sink: any ResultSink) async {
        var trouble = Trouble("cannot publish results", self.log)
        while !Task.isCancelled {
            let now = MonotonicClock.now()
            switch self.state.withLock({ $0.nextPublication(now: now) }) {
            case .publish(let batch):
                let outcomes = await sink.publish(batch.map(\.message))
                self.published(batch, outcomes, &trouble)
            case .wait(until: nil): await self.answered.wait()
            case .wait(let deadline?): try? await Task.sleep(for: deadline.duration(since: now))
            case .end: return
            }
        }
    }

    private func published(_ batch: [Outgoing], _ outcomes: [PublishOutcome], _ trouble: inout Trouble) {
        let now = MonotonicClock.now()
        let refused = self.state.withLock { $0.published(batch, outcomes, now: now) }
        if !refused.isEmpty {
            let time = Self.time()
            self.answer(refused.map { self.composer.substitute(for: $0.outgoing, because: $0.reason, time: time) })
        }
        self.count(batch, outcomes, now: now)
        if let failure = outcomes.lazy.compactMap(\.failure).first {
            _ = trouble.happened(MessagingError(.unreachable, failure))
        } else {
            trouble.ended()
        }
        self.room.signal()
        self.settled.signal()
    }

    private func count(_ batch: [Outgoing], _ outcomes: [PublishOutcome], now: MonotonicInstant) {
        self.meters.record { counts in
            counts.publishedAtOnce.record(Double(batch.count))
            var failures = 0
            for (outgoing, outcome) in zip(batch, outcomes) {
                guard outcome == .confirmed else {
                    if outcome.failure != nil { failures += 1 }
                    continue
                }
                counts.answerSeconds.record(now.seconds(since: outgoing.origin.taken))
                if let reason = outgoing.reason {
                    counts.complaints[reason, default: 0] += 1
                } else {
                    counts.results += 1
                }
            }
            counts.publishFailures += failures
            counts.isPublishing = failures == 0
        }
    }

    // MARK: Acknowledging

    private func acknowledge(at source: any MessageSource) async {
        var trouble = Trouble("cannot acknowledge messages", self.log)
        while !Task.isCancelled {
            let (positions, isDone) = self.state.withLock { ($0.takeAcknowledgements(), $0.isDone) }
            guard !positions.isEmpty else {
                if isDone { return }
                await self.settled.wait()
                // What is settled a moment later goes along, unless nothing more comes.
                if !self.state.withLock({ $0.isDone }) {
                    try? await Task.sleep(for: self.settings.broker.acknowledgementInterval)
                }
                continue
            }
            do throws(MessagingError) {
                try await source.acknowledge(positions)
                self.meters.record { $0.acknowledged += positions.count }
                self.state.withLock { $0.acknowledged() }
                self.room.signal()
                trouble.ended()
            } catch {
                self.meters.record { $0.acknowledgeFailures += 1 }
                // Also when the group moves: what is still ours afterwards has to be acknowledged then, and what is not
                // has left the ledger.
                self.state.withLock { $0.unacknowledged(positions) }
                let wait = trouble.happened(error)
                // A group that moves wants its members to poll, which nobody does any more; leaving it commits too.
                if isDone { return }
                try? await Task.sleep(for: wait)
            }
        }
    }
}

extension QueueConsumer: LaneHolder {
    func leaving(_ lanes: [MessageLane]) -> [MessagePosition] {
        let deadline = MonotonicClock.now().advanced(by: .seconds(Self.leavingSeconds))
        while MonotonicClock.now() < deadline {
            let isSettled = self.state.withLock { $0.inFlight(on: lanes) == 0 || $0.failures > 0 }
            if isSettled { break }
            usleep(1000)
        }
        let positions = self.state.withLock { $0.takeAcknowledgements(of: lanes) }
        self.lost(lanes)
        return positions
    }

    func lost(_ lanes: [MessageLane]) {
        let count = self.state.withLock { state in
            defer { state.lost(lanes) }
            return state.inFlight(on: lanes)
        }
        self.meters.record { $0.lost += count }
        self.wakeAll()
    }
}
