import ArgumentParser
import InferenceServer
import Logging
import ServiceLifecycle
import Telemetry
import UnixSignals

/// Serves one model over the V1 and V2 prediction protocols.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve one ONNX model over HTTP, with KServe's V1 and V2 prediction protocols.",
        discussion: """
            Loads the model, listens, and answers until it is told to stop (SIGTERM, Control-C); requests in flight are \
            answered first.

              pilotlight serve --name iris --model-dir config/quickstart/models/iris

              curl localhost:8080/v1/models/iris:predict -d '{"instances": [[6.8, 2.8, 4.8, 1.4]]}'
              curl localhost:8080/v2/models/iris/infer -d '{"inputs": [{"name": "input-0",
                "shape": [1, 4], "datatype": "FP32", "data": [6.8, 2.8, 4.8, 1.4]}]}'
              curl localhost:8080/v2/models/iris         what goes in and what comes out
              curl localhost:8080/v2/health/ready        200 once the model answers
              curl localhost:8080/metrics                for Prometheus

            Work may come from a queue as well: with --queue-config, messages that hold V1 or V2 requests are taken in \
            batches, and each is acknowledged once its result is safe. docs/queue-consumer.md has all of it.

              {"kafka": {"bootstrapServers": "localhost:9092", "topic": "requests", "consumerGroup": "scorer",
                         "resultTopic": "results", "deadLetterTopic": "failed"}, "maxBatch": 64}
              {"rabbitmq": {"uri": "amqp://localhost", "queue": "requests", "resultQueue": "results"}}

            Credentials come from $PILOTLIGHT_QUEUE_USERNAME and $PILOTLIGHT_QUEUE_PASSWORD.

            The model runs in ONNX Runtime; scripts/install-onnxruntime fetches its library once. The library's own \
            reports to its makers are switched off.
            """
    )

    @Option(
        name: [.customLong("name"), .customLong("model-name"), .customLong("model_name")],
        help: ArgumentHelp("The name under which requests ask for the model.", valueName: "name")
    )
    var name: String

    @Option(
        name: [.customLong("model-dir"), .customLong("model_dir")],
        help: ArgumentHelp(
            "The folder with the model: one .onnx file, or several of which one is model.onnx, or numbered version "
                + "folders with a model.onnx each.",
            valueName: "folder"
        )
    )
    var modelDirectory: String

    @Option(
        name: [.customLong("port"), .customLong("http-port"), .customLong("http_port")],
        help: ArgumentHelp(
            "The TCP port to listen on, 0 for one that is free. (default: $PORT, or 8080)",
            valueName: "port"
        )
    )
    var port: Int?

    @Option(
        help: ArgumentHelp("The address to listen on. (default: $POD_IP, or 127.0.0.1)", valueName: "address")
    )
    var host: String?

    @Option(
        help: ArgumentHelp(
            "What the model is computed on: cpu, or cuda for an NVIDIA GPU. Without a usable GPU the server does not "
                + "start; it never falls back to the CPU by itself.",
            valueName: "cpu|cuda"
        )
    )
    var device = "cpu"

    @Option(help: ArgumentHelp("Which GPU, counted from 0, with --device cuda.", valueName: "number"))
    var gpu = 0

    @Option(
        help: ArgumentHelp(
            "Threads that share the work of one inference. (default: the cores it may use, at most 4)",
            valueName: "count"
        )
    )
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Requests that are worked on at one time. (default: as many as --threads)",
            valueName: "count"
        )
    )
    var workers: Int?

    @Option(help: ArgumentHelp("Requests that may wait; a further one gets 503.", valueName: "count"))
    var queue = 1000

    @Option(
        name: [.customLong("max-batch-size"), .customLong("max-batchsize")],
        help: ArgumentHelp(
            "Rows of requests that are run as one, 1 for none. Left out, up to 32 rows of what waits while the model is "
                + "busy, as long as that changes no digit of an answer; given, the last digits may differ from those of "
                + "single runs. (default: $PILOTLIGHT_MAX_BATCH_SIZE)",
            valueName: "rows"
        )
    )
    var maximumBatchRows: Int?

    @Option(
        name: [.customLong("max-batch-delay"), .customLong("max-latency")],
        help: ArgumentHelp(
            "How long a request waits for others to be run with, in milliseconds. Without it none waits while the model "
                + "is free. (default: $PILOTLIGHT_MAX_BATCH_DELAY, or 0)",
            valueName: "milliseconds"
        )
    )
    var maximumBatchDelay: Double?

    @Option(
        name: .customLong("queue-config"),
        help: ArgumentHelp(
            "A JSON file that says where messages come from and their results go; see below. (default: the JSON in "
                + "$PILOTLIGHT_QUEUE)",
            valueName: "file"
        )
    )
    var queueFile: String?

    @Option(
        name: .customLong("max-body-mib"),
        help: ArgumentHelp("The largest request body that is taken, else 413.", valueName: "MiB")
    )
    var maximumBodyMebibytes = 64

    @Option(
        name: .customLong("output"),
        help: ArgumentHelp(
            "The model's output that V1 answers with as \"predictions\"; given several times, each prediction is an "
                + "object. (default: the model's first, a classifier's label)",
            valueName: "name"
        )
    )
    var outputs: [String] = []

    @Option(
        name: .customLong("drain-seconds"),
        help: ArgumentHelp(
            "How long requests in flight may take when the server is told to stop.",
            valueName: "seconds"
        )
    )
    var drainSeconds = 30

    @Option(
        name: .customLong("onnxruntime"),
        help: ArgumentHelp(
            "ONNX Runtime's shared library, or its folder. (default: $PILOTLIGHT_ONNXRUNTIME, or searched for)",
            valueName: "path"
        )
    )
    var onnxRuntime: String?

    func validate() throws {
        guard !self.name.isEmpty, !self.name.contains("/") else {
            throw ValidationError("--name is '\(self.name)'; it becomes a part of addresses and cannot contain '/'")
        }
        guard ComputeDevice(rawValue: self.device) != nil else {
            throw ValidationError("--device is '\(self.device)'; it can be cpu or cuda")
        }
        try Self.require("--port", try self.effectivePort, in: 0...65_535)
        try Self.require("--gpu", self.gpu, in: 0...255)
        try Self.require("--threads", self.threads ?? 1, in: 1...1024)
        try Self.require("--workers", self.workers ?? 1, in: 1...1024)
        try Self.require("--queue", self.queue, in: 0...1_000_000)
        _ = try self.batching
        _ = try self.queueConfiguration
        try Self.require("--max-body-mib", self.maximumBodyMebibytes, in: 1...4096)
        try Self.require("--drain-seconds", self.drainSeconds, in: 0...86_400)
    }

    func run() async throws {
        let phases = StartupPhases()
        phases.record(.exec, from: ProcessStart.instant(), to: MonotonicClock.now())
        HeapSettings.shareOne()
        OnnxRuntimeLibrary.forbidReports()
        let loading = ModelLoad(self.loader, phases: phases)
        ConsoleLogHandler.bootstrap(level: .info)
        let server = InferenceServer(
            configuration: try self.serverConfiguration,
            loading: loading,
            log: Logger(label: "serve")
        )
        var lifecycle = ServiceGroupConfiguration(
            services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "serve") { _ in SwiftLogNoOpLogHandler() }
        )
        lifecycle.cancellationSignals = []
        try await ServiceGroup(configuration: lifecycle).run()
    }
}
