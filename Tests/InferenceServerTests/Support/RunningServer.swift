import Logging
import Synchronization
import Testing

@testable import InferenceServer

/// A server on a port that the kernel chose.
struct RunningServer: Sendable {
    let address: BoundAddress
    /// Asks the server to stop, as SIGTERM does, and returns once it has.
    let stop: @Sendable () async throws -> Void
    /// Waits for the server to end by itself, and throws what ended it.
    let finished: @Sendable () async throws -> Void

    func exchange(_ request: String) async throws -> HTTPReply {
        try await HTTPClient.exchange(self.address, request)
    }

    /// Returns once the model answers.
    func ready() async throws {
        let reply = try await self.exchange(HTTPClient.get("/v2/health/ready", fields: "prefer: wait=30\r\n"))
        guard reply.status == 200 else { throw NotReady() }
    }

    struct NotReady: Error {}
}

/// Runs a server while `body` runs; it has stopped when this returns.
func withServer<Result: Sendable>(
    _ loader: any ModelLoading,
    name: String = "m",
    port: Int = 0,
    workers: Int = 2,
    queueCapacity: Int = 100,
    queue: QueueSettings? = nil,
    http: HTTPLimits = HTTPLimits(),
    waitsUntilReady: Bool = true,
    _ body: @Sendable (RunningServer) async throws -> Result
) async throws -> Result {
    let bound = AsyncStream<BoundAddress>.makeStream()
    let server = InferenceServer(
        configuration: InferenceServerConfiguration(
            modelName: name,
            port: port,
            workers: workers,
            queueCapacity: queueCapacity,
            queue: queue,
            http: http,
            drainSeconds: 10
        ),
        loading: ModelLoad(loader, phases: StartupPhases()),
        log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        listening: { bound.continuation.yield($0) }
    )
    // Outside a task group, because `stop` must be able to await it; cancelled and awaited on every way out.
    let running = Task {
        defer { bound.continuation.finish() }
        try await server.run()
    }
    defer { running.cancel() }
    var addresses = bound.stream.makeAsyncIterator()
    guard let address = await addresses.next() else {
        try await running.value
        throw CancellationError()
    }
    let handle = RunningServer(
        address: address,
        stop: {
            running.cancel()
            try await running.value
        },
        finished: { try await running.value }
    )
    if waitsUntilReady {
        do {
            try await handle.ready()
        } catch {
            // A server that ended by itself has the better reason.
            running.cancel()
            try await running.value
            throw error
        }
    }
    let result = try await body(handle)
    running.cancel()
    _ = await running.result
    return result
}

/// Serves a fixture model with the real runtime.
func withModel<Result: Sendable>(
    _ place: String,
    name: String = "m",
    outputs: [String] = [],
    http: HTTPLimits = HTTPLimits(),
    _ body: @Sendable (RunningServer) async throws -> Result
) async throws -> Result {
    let loader = OnnxModelLoader(
        modelName: name,
        modelPlace: place,
        outputNames: outputs,
        locations: Runtime.locations,
        options: OnnxRuntimeOptions()
    )
    return try await withServer(loader, name: name, http: http, body)
}

/// A model without a runtime: doubles its input, when it is let.
struct FakeModel: ModelLoading, ModelBackend {
    /// What `run` waits for before it answers.
    let gate: Gate

    let interface = ModelInterface(
        platform: "fake",
        inputs: [TensorDescription(name: "x", datatype: .float32, shape: [-1])],
        outputs: [TensorDescription(name: "y", datatype: .float32, shape: [-1])]
    )
    /// What `load` waits for.
    var loadGate = Gate(isOpen: true)
    var failure: ModelLoadError?
    /// How often each number is repeated in the answer.
    let amplification: Int

    init(gate: Gate = Gate(isOpen: true), amplification: Int = 1) {
        self.gate = gate
        self.amplification = amplification
    }

    func load(_ phases: StartupPhases) throws(ModelLoadError) -> ServedModel {
        self.loadGate.pass()
        if let failure { throw failure }
        return try ServedModel(name: "m", version: "1", backend: self)
    }

    func run(_ inputs: [Tensor], outputs: [Int]) throws(InferenceError) -> [Tensor] {
        self.gate.pass()
        return inputs.map { input in
            let numbers = input.elements(as: Float.self)
            guard self.amplification > 1 else { return .of(.float32, input.shape, numbers.map { $0 * 2 }) }
            let count = numbers.count * self.amplification
            return .of(.float32, [count], [Float](repeating: numbers[0], count: count))
        }
    }
}

/// Holds threads back until it is opened.
final class Gate: Sendable {
    private let isOpen: Atomic<Bool>
    private let arrivals = Atomic<Int>(0)

    init(isOpen: Bool) { self.isOpen = Atomic(isOpen) }

    func open() { self.isOpen.store(true, ordering: .releasing) }

    func close() { self.isOpen.store(false, ordering: .releasing) }

    /// How many threads have come so far.
    var arrived: Int { self.arrivals.load(ordering: .acquiring) }

    func pass() {
        self.arrivals.add(1, ordering: .acquiringAndReleasing)
        while !self.isOpen.load(ordering: .acquiring) { usleepMillisecond() }
    }

    /// Returns once so many threads have come.
    func waitForArrivals(_ count: Int) async {
        while self.arrived < count { await Task.yield() }
    }
}
