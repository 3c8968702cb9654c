import Foundation
import InferenceServer

/// Measures the consumption of messages beside the runtime called directly, on the same model in one run.
///
/// Every side answers as many rows as it can in the same time and in turns with the others: ONNX Runtime with one row a
/// call, ONNX Runtime with a whole batch a call, and a server that takes messages, one row in each, reads their JSON,
/// batches, runs, writes results and waits for their confirmation. All have one thread for the model.
///
///     ConsumptionBenchmark --model config/quickstart/models/iris/model.onnx --rounds 5 --seconds 2 --batch 32
@main
enum ConsumptionBenchmark {
    static func main() async throws {
        let options = Options(CommandLine.arguments)
        OnnxRuntimeLibrary.forbidReports()
        let library = try OnnxRuntimeLibrary.open(.current(named: options.onnxRuntime, device: .cpu))
        for path in options.models { try await self.measure(path, library, options) }
    }

    private static func measure(_ path: String, _ library: OnnxRuntimeLibrary, _ options: Options) async throws {
        let model = try OnnxRuntimeModel(path: path, library: library, options: OnnxRuntimeOptions(threads: 1))
        let features = model.interface.inputs.first?.shape.last ?? 1
        var sides: [any Side] = [
            RuntimeSide(model: model, rowsPerRun: 1), RuntimeSide(model: model, rowsPerRun: options.batch),
        ]
        for form in MessageForm.allCases {
            let bodies = MessageBodies(form: form, features: features)
            sides.append(try await ConsumerSide(path, bodies, through: MemoryBroker(bodies), options))
            guard let uri = options.rabbitMQ else { continue }
            let broker = try await RabbitMQStock(uri: uri, bodies, options)
            sides.append(try await ConsumerSide(path, bodies, through: broker, options))
        }
        print("\(path): \(features) numbers a row, batches of \(options.batch), \(options.rounds) rounds")
        // The first run also pays for what is set up lazily, and says how much fits into the time.
        var counts: [Int] = []
        for side in sides {
            let first = try await Measurement.of(side, rows: options.batch * 32)
            counts.append(max(options.batch * 8, Int(first.rowsPerSecond * options.seconds)))
        }
        var results = [[Measurement]](repeating: [], count: sides.count)
        for _ in 0..<options.rounds {
            for (index, side) in sides.enumerated() {
                results[index].append(try await Measurement.of(side, rows: counts[index]))
            }
        }
        self.printTable(zip(sides, results).map { ($0.name, Measurement.median(of: $1)) })
        for side in sides { await side.close() }
    }

    private static func printTable(_ rows: [(name: String, median: Measurement)]) {
        let single = rows[0].median
        let batched = rows[1].median
        print("side                                 rows/s  CPU us/row   beside one row a call  beside batches")
        for (name, median) in rows {
            let cells = [
                self.padded(name, -32), self.padded(self.text(median.rowsPerSecond, 0), 10),
                self.padded(self.text(median.microsecondsPerRow, 2), 11),
                self.padded(self.text(median.rowsPerSecond / single.rowsPerSecond, 2), 23),
                self.padded(self.text(median.rowsPerSecond / batched.rowsPerSecond, 2), 15),
            ]
            print(cells.joined(separator: " "))
        }
        print("")
    }

    private static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// - Parameter width: Negative to pad on the right.
    private static func padded(_ text: String, _ width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? text + blanks : blanks + text
    }
}

struct Options {
    var models: [String] = []
    var rounds = 5
    var seconds = 2.0
    var batch = 32
    var onnxRuntime: String?
    /// Measures with this broker too.
    var rabbitMQ: String?

    init(_ arguments: [String]) {
        for (name, value) in zip(arguments.dropFirst(), arguments.dropFirst(2)) {
            switch name {
            case "--model": self.models.append(value)
            case "--rounds": self.rounds = Int(value) ?? self.rounds
            case "--seconds": self.seconds = Double(value) ?? self.seconds
            case "--batch": self.batch = Int(value) ?? self.batch
            case "--onnxruntime": self.onnxRuntime = value
            case "--rabbitmq": self.rabbitMQ = value
            default: break
            }
        }
    }
}
