import ArgumentParser
import Glibc
import InferenceServer
import Logging
import StructuredData

/// What the options mean.
extension ServeCommand {
    var loader: OnnxModelLoader {
        let device = ComputeDevice(rawValue: self.device) ?? .cpu
        return OnnxModelLoader(
            modelName: self.name,
            modelPlace: self.modelDirectory,
            outputNames: self.outputs,
            locations: .current(named: self.onnxRuntime, device: device),
            options: OnnxRuntimeOptions(device: device, threads: self.threads, gpu: self.gpu)
        )
    }

    var serverConfiguration: InferenceServerConfiguration {
        get throws {
            var http = HTTPLimits()
            http.bodyBytes = self.maximumBodyMebibytes << 20
            return InferenceServerConfiguration(
                modelName: self.name,
                host: self.host ?? Self.environment("POD_IP") ?? "127.0.0.1",
                port: try self.effectivePort,
                workers: self.workers ?? self.threads ?? OnnxRuntimeOptions.defaultThreads,
                queueCapacity: self.queue,
                batching: try self.batching,
                queue: try self.queueConfiguration?.settings(log: Logger(label: "serve")),
                http: http,
                drainSeconds: self.drainSeconds
            )
        }
    }

    var batching: BatchingOptions {
        get throws {
            // Whoever takes messages in batches wants them run in batches.
            let rows =
                try self.maximumBatchRows ?? Self.number("PILOTLIGHT_MAX_BATCH_SIZE")
                ?? self.queueConfiguration?.maximumBatch
            let delay = try self.maximumBatchDelay ?? Self.number("PILOTLIGHT_MAX_BATCH_DELAY") ?? 0
            try Self.require("--max-batch-size", rows ?? 1, in: 1...65_536)
            guard (0...60_000).contains(delay) else {
                throw ValidationError("--max-batch-delay is \(delay) milliseconds; choose 0 to 60000")
            }
            return BatchingOptions(
                maximumRows: rows ?? BatchingOptions.defaultMaximumRows,
                delaySeconds: delay / 1000,
                allowsRounding: rows != nil
            )
        }
    }

    /// The queue that messages come from; `nil` when there is none.
    var queueConfiguration: QueueConfiguration? {
        get throws {
            let text: String
            let place: String
            if let queueFile {
                place = queueFile
                text = try Self.contents(of: queueFile)
            } else {
                place = "$PILOTLIGHT_QUEUE"
                guard let value = Self.environment("PILOTLIGHT_QUEUE") else { return nil }
                text = value
            }
            do {
                return try QueueConfiguration(json: JSONParser.parse(text), environment: Self.environment)
            } catch let problems as ProblemList {
                let lines = problems.problems.map { "  \($0)" }.joined(separator: "\n")
                throw ValidationError("\(place) cannot be used:\n\(lines)")
            } catch {
                throw ValidationError("\(place) is not JSON: \(error)")
            }
        }
    }

    private static func contents(of path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw ValidationError("--queue-config: \(path) cannot be read") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }

    var effectivePort: Int {
        get throws {
            try self.port ?? Self.number("PORT") ?? 8080
        }
    }

    /// What an environment variable says, `nil` when it is not set.
    private static func number<Number: LosslessStringConvertible>(_ name: String) throws -> Number? {
        guard let text = Self.environment(name) else { return nil }
        guard let number = Number(text) else {
            throw ValidationError("the environment variable \(name) is '\(text)'; it must be a number")
        }
        return number
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    static func require(_ option: String, _ value: Int, in range: ClosedRange<Int>) throws {
        guard range.contains(value) else {
            throw ValidationError("\(option) is \(value); choose \(range.lowerBound) to \(range.upperBound)")
        }
    }
}
