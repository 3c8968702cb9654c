import InferenceServer
import Logging

/// A server that takes its work from a broker, as `pilotlight serve` does.
final class ConsumerSide: Side {
    let name: String
    private let stock: any Stock
    private let gate: BrokerGate
    private let server: Task<Void, any Error>

    init(_ path: String, _ bodies: MessageBodies, through stock: any Stock, _ options: Options) async throws {
        self.name = "\(stock.name), \(bodies.form.rawValue)"
        self.stock = stock
        self.gate = BrokerGate(stock.broker)
        let settings = QueueSettings(
            broker: self.gate,
            results: "results",
            deadLetters: nil,
            maximumBatch: options.batch
        )
        let server = InferenceServer(
            configuration: InferenceServerConfiguration(
                modelName: "model",
                port: 0,
                batching: BatchingOptions(maximumRows: options.batch, allowsRounding: true),
                queue: settings
            ),
            loading: ModelLoad(
                OnnxModelLoader(
                    modelName: "model",
                    modelPlace: path,
                    locations: .current(named: options.onnxRuntime, device: .cpu),
                    options: OnnxRuntimeOptions(threads: 1)
                ),
                phases: StartupPhases()
            ),
            log: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
        )
        self.server = Task { try await server.run() }
    }

    func prepare(rows: Int) async throws { try await self.stock.put(rows) }

    func answer(rows: Int) async throws { await self.gate.letThrough(rows) }

    func close() async {
        self.server.cancel()
        _ = await self.server.result
        await self.stock.close()
    }
}
