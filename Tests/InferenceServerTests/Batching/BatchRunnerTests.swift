import Logging
import NIOCore
import Synchronization
import Telemetry
import Testing

@testable import InferenceServer

@Suite("BatchRunner")
struct BatchRunnerTests {
    /// Runs whatever it is given through a function of all its rows.
    private struct Backend: ModelBackend {
        let interface = ModelInterface(
            platform: "fake",
            inputs: [TensorDescription(name: "x", datatype: .float32, shape: [-1])],
            outputs: [TensorDescription(name: "y", datatype: .float32, shape: [-1])]
        )
        let function: @Sendable ([Float]) throws(InferenceError) -> [Float]
        let runs = Box<[[Float]]>([])

        func run(_ inputs: [Tensor], outputs: [Int]) throws(InferenceError) -> [Tensor] {
            let numbers = inputs[0].elements(as: Float.self)
            self.runs.value.withLock { $0.append(numbers) }
            let results = try self.function(numbers)
            return [.of(.float32, [results.count], results)]
        }
    }

    private final class Box<Value: Sendable>: Sendable {
        let value: Mutex<Value>

        init(_ value: Value) { self.value = Mutex(value) }
    }

    private final class Bench: Sendable {
        let meters = InferenceMeters()
        let runner: BatchRunner
        let model: ServedModel
        let backend: Backend

        init(
            rows: Int = 8,
            allowsRounding: Bool = false,
            _ function: @escaping @Sendable ([Float]) throws(InferenceError) -> [Float]
        ) throws {
            self.backend = Backend(function: function)
            self.model = try ServedModel(name: "m", version: "1", backend: self.backend)
            self.runner = BatchRunner(
                options: BatchingOptions(maximumRows: rows, allowsRounding: allowsRounding),
                meters: self.meters,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        }

        /// The answers to V1 requests with these bodies that a worker takes at once.
        func answers(_ bodies: [String]) -> [String] {
            let answers = Box<[String]>(Array(repeating: "none", count: bodies.count))
            let tasks = bodies.enumerated().map { index, body in
                PredictionTask(
                    request: PredictionRequest(form: .v1, body: ByteBuffer(string: body)),
                    model: self.model,
                    ticket: RequestTicket(),
                    submitted: MonotonicClock.now(),
                    isLimited: true
                ) { result in
                    answers.value.withLock { answers in
                        answers[index] =
                            switch result {
                            case .success(let prediction): String(buffer: prediction.body.bytes)
                            case .failure(let error): "\(error.code): \(error.message)"
                            }
                    }
                }
            }
            self.runner.work(on: tasks) { _ in nil }
            return answers.value.withLock { $0 }
        }

        /// Leaves the trial behind.
        func passTrial() {
            for _ in 0..<2 { _ = self.answers([#"{"instances": [1]}"#, #"{"instances": [2]}"#]) }
            self.backend.runs.value.withLock { $0 = [] }
        }

        var runs: [[Float]] { self.backend.runs.value.withLock { $0 } }
    }

    private static let three = [#"{"instances": [1]}"#, #"{"instances": [2, 3]}"#, #"{"instances": [4]}"#]

    @Test("requests run as one, and each gets its own rows")
    func together() throws {
        let bench = try Bench { numbers in numbers.map { $0 * 2 } }
        bench.passTrial()
        #expect(
            bench.answers(Self.three)
                == [#"{"predictions":[2.0]}"#, #"{"predictions":[4.0,6.0]}"#, #"{"predictions":[8.0]}"#]
        )
        #expect(bench.runs == [[1, 2, 3, 4]])
    }

    @Test("the first batches are answered from single runs, and compared")
    func trial() throws {
        let bench = try Bench { numbers in numbers.map { $0 * 2 } }
        #expect(bench.answers(Self.three).last == #"{"predictions":[8.0]}"#)
        #expect(bench.runs == [[1], [2, 3], [4], [1, 2, 3, 4]])
    }

    @Test("a model that mixes its rows is never answered out of a batch")
    func mixing() throws {
        let bench = try Bench { numbers in numbers.map { $0 / numbers.reduce(0, +) } }
        for _ in 0..<3 {
            #expect(
                bench.answers([#"{"instances": [1]}"#, #"{"instances": [3, 1]}"#])
                    == [#"{"predictions":[1.0]}"#, #"{"predictions":[0.75,0.25]}"#]
            )
        }
        #expect(bench.runner.isRefused)
        #expect(bench.runs.count { $0.count == 3 } == 1, "one trial, no batch after it")
    }

    @Test("a model whose output is not one row a row is never answered out of a batch")
    func otherRows() throws {
        let bench = try Bench { numbers in [numbers.reduce(0, +)] }
        #expect(bench.answers(Self.three).last == #"{"predictions":[4.0]}"#)
        #expect(bench.runner.isRefused)
        #expect(bench.answers(Self.three)[1] == #"{"predictions":[5.0]}"#)
    }

    @Test("a request that the model refuses fails alone")
    func oneBadRequest() throws {
        let bench = try Bench { (numbers) throws(InferenceError) in
            guard !numbers.contains(3) else { throw InferenceError(.failed, "no threes") }
            return numbers.map { $0 * 2 }
        }
        bench.passTrial()
        #expect(
            bench.answers(Self.three)
                == [#"{"predictions":[2.0]}"#, "failed: no threes", #"{"predictions":[8.0]}"#]
        )
        #expect(bench.meters.snapshot.failedBatches == 1)
    }

    @Test("a body that cannot be read fails alone")
    func oneBadBody() throws {
        let bench = try Bench { numbers in numbers.map { $0 * 2 } }
        bench.passTrial()
        let answers = bench.answers([#"{"instances": [1]}"#, "{", #"{"instances": [4]}"#])
        #expect(answers[0] == #"{"predictions":[2.0]}"#)
        #expect(answers[1].hasPrefix("invalidInput: "))
        #expect(answers[2] == #"{"predictions":[8.0]}"#)
        #expect(bench.runs == [[1, 4]])
    }

    @Test("a run has at most the rows that are allowed")
    func limit() throws {
        let bench = try Bench(rows: 3) { numbers in numbers.map { $0 * 2 } }
        bench.passTrial()
        _ = bench.answers(Self.three)
        #expect(bench.runs == [[1, 2, 3], [4]])
        #expect(bench.meters.snapshot.runRows.sum == Double(2 * 4 + 4))
    }

    @Test("with batching off every request runs by itself")
    func off() throws {
        let bench = try Bench(rows: 1) { numbers in numbers.map { $0 * 2 } }
        _ = bench.answers(Self.three)
        #expect(bench.runs == [[1], [2, 3], [4]])
    }
}
