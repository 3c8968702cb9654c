import Logging
import NIOCore
import Synchronization
import Telemetry
import Testing

@testable import InferenceServer

@Suite("AnswerDesk")
struct AnswerDeskTests {
    private final class Group: AnswerGroup {
        /// The members of each call.
        let calls = Mutex<[[Int]]>([])

        func receive(_ answers: [(member: Int, answer: PredictionTask.Answer)]) {
            self.calls.withLock { $0.append(answers.map(\.member)) }
        }
    }

    private static let unavailable = PredictionTask.Answer.failure(InferenceError(.unavailable, "no"))

    private static func task(_ recipient: AnswerRecipient, number: Int = 1) throws -> PredictionTask {
        PredictionTask(
            request: PredictionRequest(form: .v1, body: ByteBuffer(string: "{\"instances\": [\(number)]}")),
            model: try ServedModel(name: "m", version: "1", backend: FakeModel(gate: Gate(isOpen: true))),
            ticket: RequestTicket(),
            submitted: MonotonicClock.now(),
            isLimited: false,
            recipient: recipient
        )
    }

    @Test("a group gets what is there for it in one call, and a callback is not kept waiting")
    func grouping() throws {
        let (first, second) = (Group(), Group())
        let called = Mutex(0)
        let desk = AnswerDesk()
        for (group, member) in [(first, 0), (first, 1), (second, 0)] {
            desk.put(Self.unavailable, to: try Self.task(.group(group, member: member)))
        }
        desk.put(Self.unavailable, to: try Self.task(.callback { _ in called.withLock { $0 += 1 } }))
        #expect(called.withLock { $0 } == 1)
        #expect(first.calls.withLock { $0 } == [[0, 1]] && second.calls.withLock { $0 } == [])
        desk.handOver()
        desk.handOver()
        #expect(second.calls.withLock { $0 } == [[0]] && first.calls.withLock { $0.count } == 1)
    }

    @Test("what is submitted at once is run at once, and answered in one call")
    func together() async throws {
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let meters = InferenceMeters()
        let runner = BatchRunner(options: BatchingOptions(maximumRows: 8), meters: meters, log: log)
        let pool = InferencePool(workerCount: 1, queueCapacity: 0, runner: runner)
        for _ in 0..<3 {
            let group = Group()
            pool.submit(unlimited: try (0..<8).map { try Self.task(.group(group, member: $0), number: $0) })
            while group.calls.withLock({ $0.isEmpty }) { await Task.yield() }
            #expect(group.calls.withLock { $0 } == [Array(0..<8)])
        }
        await pool.shutdown()
        // Two batches on trial, each also one by one, and one that is trusted.
        #expect(meters.snapshot.runs == 2 * 9 + 1)
    }
}
