import Logging
import MessageTransport
import NIOCore
import Synchronization
import Testing

@testable import InferenceServer

@Suite("QueueConsumer", .timeLimit(.minutes(1)))
struct QueueConsumerTests {
    /// Doubles numbers; refuses 13, and waits for the gate.
    private struct Doubler: ModelBackend {
        let gate: Gate
        let interface = ModelInterface(
            platform: "fake",
            inputs: [TensorDescription(name: "x", datatype: .float32, shape: [-1])],
            outputs: [TensorDescription(name: "y", datatype: .float32, shape: [-1])]
        )

        func run(_ inputs: [Tensor], outputs: [Int]) throws(InferenceError) -> [Tensor] {
            self.gate.pass()
            let numbers = inputs[0].elements(as: Float.self)
            guard !numbers.contains(13) else { throw InferenceError(.failed, "thirteen") }
            return [.of(.float32, [numbers.count], numbers.map { $0 * 2 })]
        }
    }

    /// Runs a consumer while `body` does; it has stopped when this returns.
    private func withConsumer(
        of broker: MemoryBroker,
        deadLetters: String? = "failed",
        maximumBatch: Int = 4,
        gate: Gate = Gate(isOpen: true),
        _ body: @Sendable (QueueConsumer) async throws -> Void
    ) async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let runner = BatchRunner(options: BatchingOptions(maximumRows: 8), meters: InferenceMeters(), log: log)
        let pool = InferencePool(workerCount: 2, queueCapacity: 0, runner: runner)
        let settings = QueueSettings(
            broker: broker,
            results: "results",
            deadLetters: deadLetters,
            maximumBatch: maximumBatch,
            gathering: .zero
        )
        var limits = settings.limits
        limits.firstRetrySeconds = 0.001
        limits.lastRetrySeconds = 0.005
        let model = try ServedModel(name: "m", version: "1", backend: Doubler(gate: gate))
        let consumer = QueueConsumer(settings: settings, limits: limits, model: model, pool: pool, log: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await consumer.run() }
            defer {
                gate.open()
                consumer.stop()
            }
            try await body(consumer)
        }
        await pool.shutdown()
        #expect(broker.with { $0.openEnds } == 0, "an end of the broker was left open")
    }

    private static func doubles(_ numbers: some Sequence<Int>) -> [String] {
        numbers.map { "{\"predictions\":[\($0 * 2).0]}" }
    }

    @Test("messages become results, and are acknowledged when all of them are safe")
    func answers() async throws {
        let broker = MemoryBroker()
        broker.send(numbers: 0..<10)
        try await self.withConsumer(of: broker) { _ in
            await broker.until { $0.committed == 10 }
            #expect(broker.published(at: "results").sorted() == Self.doubles(0..<10).sorted())
        }
    }

    @Test("what cannot be read or predicted goes to the dead letter, and the rest goes on")
    func deadLetters() async throws {
        let broker = MemoryBroker()
        broker.send(["{\"instances\": [1]}", "{oops", "{\"instances\": [13]}", "{\"instances\": [2]}"])
        try await self.withConsumer(of: broker) { consumer in
            await broker.until { $0.committed == 4 }
            #expect(broker.published(at: "results").sorted() == Self.doubles([1, 2]))
            #expect(broker.published(at: "failed").sorted() == ["{\"instances\": [13]}", "{oops"])
            let counts = consumer.meters.snapshot
            #expect(counts.complaints == [.invalidRequest: 1, .predictionFailed: 1])
        }
    }

    @Test("a consumer that is told to stop answers what comes at that moment, and ends")
    func lateMessages() async throws {
        let broker = MemoryBroker()
        broker.with { $0.isHoldingTakes = true }
        try await self.withConsumer(of: broker) { consumer in
            await broker.until { $0.heldTakes == 1 }
            consumer.stop()
            // Whoever would end too early does it now.
            for _ in 0..<1000 { await Task.yield() }
            broker.send(numbers: 0..<3)
            broker.with { $0.isHoldingTakes = false }
            await consumer.finished(within: .seconds(30))
            #expect(broker.with { $0.committed } == 3)
            #expect(broker.published(at: "results").count == 3)
        }
    }

    @Test("without a dead letter the sender gets the error")
    func errors() async throws {
        let broker = MemoryBroker()
        broker.send(["{\"instances\": [13]}"])
        try await self.withConsumer(of: broker, deadLetters: nil) { _ in
            await broker.until { $0.committed == 1 }
            #expect(broker.published(at: "results") == [#"{"error":"thirteen","id":"requests/0/0"}"#])
        }
    }

    @Test("while results are not taken, no more messages are than may be under way; later everything goes on by itself")
    func backPressure() async throws {
        let broker = MemoryBroker()
        broker.with { $0.fate = { _ in .failed("away") } }
        broker.send(numbers: 20..<120)
        try await self.withConsumer(of: broker) { consumer in
            await broker.until { $0.publishCalls >= 10 }
            #expect(broker.with { $0.cursor } <= 12 && consumer.inFlight <= 12)
            #expect(broker.with { $0.committed } == 0)
            #expect(consumer.meters.snapshot.isPublishing == false)
            broker.with { $0.fate = { _ in .confirmed } }
            await broker.until { $0.committed == 100 }
            #expect(broker.published(at: "results").sorted() == Self.doubles(20..<120).sorted())
            #expect(consumer.meters.snapshot.isPublishing)
        }
    }

    @Test("a source that fails is asked again, and an acknowledgement that fails is repeated")
    func sourceTrouble() async throws {
        let broker = MemoryBroker()
        broker.with { state in
            state.takeError = MessagingError(.unreachable, "away")
            state.acknowledgeError = MessagingError(.revoked, "the group is moving")
        }
        broker.send(numbers: 0..<5)
        try await self.withConsumer(of: broker) { consumer in
            while consumer.meters.snapshot.takeFailures == 0 { await Task.yield() }
            broker.with { $0.takeError = nil }
            while consumer.meters.snapshot.acknowledgeFailures == 0 { await Task.yield() }
            #expect(broker.with { $0.committed } == 0)
            broker.with { $0.acknowledgeError = nil }
            await broker.until { $0.committed == 5 }
            #expect(broker.published(at: "results").count == 5, "nothing was answered twice")
        }
    }

    @Test("a consumer that is stopped answers what it took, acknowledges it and takes no more")
    func stops() async throws {
        let broker = MemoryBroker()
        let gate = Gate(isOpen: false)
        broker.send(numbers: 20..<120)
        try await self.withConsumer(of: broker, gate: gate) { consumer in
            await gate.waitForArrivals(1)
            await broker.until { $0.cursor == 12 }
            consumer.stop()
            gate.open()
            await broker.until { $0.openEnds == 0 }
            #expect(broker.with { $0.cursor } == 12 && broker.with { $0.committed } == 12)
            #expect(broker.published(at: "results").count == 12)
        }
    }

    @Test("lanes that are to leave are held until what was taken from them is answered")
    func leaves() async throws {
        let broker = MemoryBroker()
        let gate = Gate(isOpen: false)
        broker.send(numbers: 0..<8)
        try await self.withConsumer(of: broker, maximumBatch: 8, gate: gate) { consumer in
            await gate.waitForArrivals(1)
            await broker.until { $0.cursor == 8 }
            async let reassigned: Void = Self.onThread { broker.reassign(isLost: false) }
            await broker.until { $0.isLeaving }
            gate.open()
            await reassigned
            #expect(consumer.meters.snapshot.lost == 0)
            await broker.until { $0.committed == 8 }
            #expect(broker.published(at: "results").count == 8, "a message was answered twice")
        }
    }

    @Test("what was lost is not published, and is answered when it comes again")
    func loses() async throws {
        let broker = MemoryBroker()
        let gate = Gate(isOpen: false)
        broker.send(numbers: 0..<8)
        try await self.withConsumer(of: broker, maximumBatch: 8, gate: gate) { consumer in
            await gate.waitForArrivals(1)
            await broker.until { $0.cursor == 8 }
            broker.reassign(isLost: true)
            #expect(consumer.meters.snapshot.lost == 8)
            gate.open()
            await broker.until { $0.committed == 8 }
            #expect(broker.published(at: "results").sorted() == Self.doubles(0..<8).sorted())
        }
    }

    @Test("a message that everybody dies of goes to the dead letter unpredicted")
    func poison() async throws {
        let broker = MemoryBroker()
        let gate = Gate(isOpen: true)
        broker.send(["{\"instances\": [1]}"]) { $0.earlierDeliveries = 5 }
        try await self.withConsumer(of: broker, gate: gate) { _ in
            await broker.until { $0.committed == 1 }
            #expect(broker.published(at: "failed") == ["{\"instances\": [1]}"])
            #expect(gate.arrived == 0)
        }
    }

    @Test(
        "a result that the broker refuses becomes a dead letter, and a message that names its queue is answered there"
    )
    func refusals() async throws {
        let broker = MemoryBroker()
        broker.with { $0.fate = { $0.destination == "results" ? .refused("too large") : .confirmed } }
        broker.send(["{\"instances\": [1]}"])
        broker.send(["{\"instances\": [2]}"]) { $0.replyTo = "mine" }
        try await self.withConsumer(of: broker) { _ in
            await broker.until { $0.committed == 2 }
            #expect(broker.published(at: "mine") == Self.doubles([2]))
            #expect(broker.published(at: "failed") == ["{\"instances\": [1]}"])
        }
    }

    private static func onThread(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            BackgroundThread.run {
                body()
                continuation.resume()
            }
        }
    }
}
