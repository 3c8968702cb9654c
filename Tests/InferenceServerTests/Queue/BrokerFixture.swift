import Logging
import MessageTransport
import Testing

@testable import InferenceServer

/// A consumer of a real broker, with a model that doubles numbers.
struct BrokerFixture {
    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Returns once something is so; the test's time limit ends what never comes.
    static func until(_ condition: () -> Bool) async throws {
        // A broker of this machine needs the processor that a tight loop would take from it.
        while !condition() { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Runs a consumer while `body` does, and stops it as SIGTERM does.
    ///
    /// - Parameter prefix: Of the names of the places for results and dead letters.
    static func consuming(
        _ broker: any MessageBroker,
        prefix: String = "",
        maximumBatch: Int = 16,
        gate: Gate = Gate(isOpen: true),
        _ body: @Sendable (QueueConsumer) async throws -> Void
    ) async throws {
        let runner = BatchRunner(options: BatchingOptions(), meters: InferenceMeters(), log: Self.log)
        let pool = InferencePool(workerCount: 2, queueCapacity: 0, runner: runner)
        let consumer = QueueConsumer(
            settings: QueueSettings(
                broker: broker,
                results: "\(prefix)results",
                deadLetters: "\(prefix)failed",
                maximumBatch: maximumBatch
            ),
            model: try ServedModel(name: "m", version: "1", backend: FakeModel(gate: gate)),
            pool: pool,
            log: Self.log
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await consumer.run() }
            defer {
                gate.open()
                consumer.stop()
            }
            try await body(consumer)
        }
        await pool.shutdown()
    }

    /// The same, ended as by kill -9: nothing is finished, nothing acknowledged, nobody says goodbye.
    static func killed(
        _ broker: any MessageBroker,
        prefix: String = "",
        once condition: @Sendable (QueueConsumer) async throws -> Void
    ) async throws {
        let runner = BatchRunner(options: BatchingOptions(), meters: InferenceMeters(), log: Self.log)
        let pool = InferencePool(workerCount: 2, queueCapacity: 0, runner: runner)
        let gate = Gate(isOpen: false)
        let consumer = QueueConsumer(
            settings: QueueSettings(broker: broker, results: "\(prefix)results", deadLetters: "\(prefix)failed"),
            model: try ServedModel(name: "m", version: "1", backend: FakeModel(gate: gate)),
            pool: pool,
            log: Self.log
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await consumer.run() }
            try await condition(consumer)
            group.cancelAll()
        }
        gate.open()
        await pool.shutdown()
    }
}
