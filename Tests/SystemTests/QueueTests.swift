import Foundation
import StructuredData
import TestSupport
import Testing

extension SystemTests {
    /// Batch inference out of a queue, with no request in sight.
    @Suite("a queue drives a model")
    struct QueueTests {
        private static let kcat = ServerProgram("kcat", package: "kcat")
        private static let count = 200

        @Test(
            "messages in a topic start the model, are answered, and leave it at zero again",
            .timeLimit(.minutes(3)),
            .enabled(if: Self.kcat.isExpected, Comment(rawValue: Self.kcat.comment))
        )
        func kafka() async throws {
            let kcat = try #require(Self.kcat.path)
            try await KafkaPeer.with(topics: ["requests:4:1", "results:4:1", "failed:1:1"]) { peer in
                let brokers = peer.bootstrapServers
                let queue =
                    "kafka: {bootstrapServers: '\(brokers)', topic: requests, consumerGroup: scorer, "
                    + "resultTopic: results, deadLetterTopic: failed}"
                try await RunningPlatform.run(["scorer": Self.service(queue)]) { platform in
                    try await platform.eventually("the queue is read, and there is no work") {
                        let queue = try await EventScalingTests.object("iris-predictor", platform)
                        return queue["ready"] == true && queue["service"] == "iris" && queue["readyReplicas"] == 0
                    }
                    let requests = platform.folder.appendingPathComponent("requests")
                    let lines = (0..<Self.count).map { "m\($0)\t{\"instances\": [[6.8, 2.8, 4.8, 1.4]]}\n" }
                    try lines.joined().write(to: requests, atomically: true, encoding: .utf8)
                    try await ServerProcess.run([
                        kcat, "-P", "-b", brokers, "-t", "requests", "-K", "\t", "-l", requests.path,
                    ])
                    let results = platform.folder.appendingPathComponent("results")
                    try await platform.eventually("every message has its result") {
                        try await ServerProcess.run([
                            "/bin/sh", "-c",
                            "\(kcat) -C -e -q -b \(brokers) -t results -f '%k\\t%s\\n' > \(results.path)",
                        ])
                        let text = try String(contentsOf: results, encoding: .utf8)
                        let answers = text.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
                        guard Set(answers.compactMap(\.first)).count == Self.count else { return false }
                        #expect(answers.allSatisfy { $0.last?.contains("predictions") == true })
                        return true
                    }
                    #expect(platform.output.contains("Scaled from 0 to 2."), "200 messages, 100 each")
                    try await platform.eventually("it is back at zero", seconds: 90) {
                        try platform.replicaProcesses.isEmpty
                    }
                    #expect(try await platform.stop() == 0)
                }
            }
        }

        @Test(
            "messages in a queue of RabbitMQ start the model, are answered, and leave it at zero again",
            .timeLimit(.minutes(3)),
            .enabled(if: ServerProgram.rabbitMQ.isExpected, Comment(rawValue: ServerProgram.rabbitMQ.comment))
        )
        func rabbitMQ() async throws {
            try await Servers.rabbitMQ { server in
                let queue =
                    "rabbitmq: {uri: '\(server.uri)', queue: requests, resultQueue: results, deadLetterQueue: failed}"
                try await server.manage("PUT", "/api/queues/%2F/requests", body: #"{"durable": true}"#)
                try await RunningPlatform.run(["scorer": Self.service(queue)]) { platform in
                    try await platform.eventually("the queue is read, and there is no work") {
                        let queue = try await EventScalingTests.object("iris-predictor", platform)
                        return queue["ready"] == true && queue["readyReplicas"] == 0
                    }
                    for index in 0..<20 { try await Self.send("m\(index)", server) }
                    try await platform.eventually("every message has its result") {
                        try await Self.answered(server, "results").count >= 20
                    }
                    let results = try await Self.answered(server, "results")
                    #expect(Set(results) == Set((0..<20).map { "m\($0)" }))
                    try await platform.eventually("it is back at zero", seconds: 90) {
                        try platform.replicaProcesses.isEmpty
                    }
                    #expect(try await platform.stop() == 0)
                }
            }
        }

        @Test("a server by hand says everything that is wrong with the file of its queue, and does not start")
        func wrongFile() async throws {
            try await RunningPlatform.run([:]) { platform in
                let file = platform.folder.appendingPathComponent("queue.json")
                try #"{"kafka": {"topic": "a", "resultTopic": "a"}, "maxBatch": 0}"#
                    .write(to: file, atomically: true, encoding: .utf8)
                let served = try await platform.command([
                    "serve", "--name", "iris", "--model-dir", "\(Self.models)/iris", "--queue-config", file.path,
                ])
                #expect(served.status != 0)
                for word in [file.path, "bootstrapServers", "consumerGroup", "maxBatch"] {
                    #expect(served.output.contains(word), "\(served.output)")
                }
                let missing = try await platform.command([
                    "serve", "--name", "iris", "--model-dir", "\(Self.models)/iris", "--queue-config", "/nowhere.json",
                ])
                #expect(missing.status != 0 && missing.output.contains("/nowhere.json cannot be read"))
            }
        }

        private static let models = RunningPlatform.root.appendingPathComponent("config/quickstart/models").path

        private static func send(_ id: String, _ server: RabbitMQServer) async throws {
            let message: JSONValue = [
                "properties": ["message_id": .string(id)], "routing_key": "requests", "payload_encoding": "string",
                "payload": #"{"instances": [[6.8, 2.8, 4.8, 1.4]]}"#,
            ]
            try await server.manage("POST", "/api/exchanges/%2F/amq.default/publish", body: message.jsonText())
        }

        /// The ids of what a queue holds, which stays there; all of it must be predictions.
        private static func answered(_ server: RabbitMQServer, _ queue: String) async throws -> [String] {
            let body = #"{"count": 100, "ackmode": "ack_requeue_true", "encoding": "auto"}"#
            let text = try await server.manage("POST", "/api/queues/%2F/\(queue)/get", body: body)
            return try (JSONParser.parse(text).arrayValue ?? []).map { message in
                #expect(message["payload"]?.stringValue?.contains("predictions") == true)
                return message["properties"]?["headers"]?["pilotlight-id"]?.stringValue ?? ""
            }
        }

        private static func service(_ queue: String) -> String {
            """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata:
              name: iris
              annotations: {autoscaling.knative.dev/window: "6s"}
            spec:
              predictor:
                minReplicas: 0
                maxReplicas: 3
                model:
                  modelFormat: {name: onnx}
                  storageUri: \(Self.models)/iris
                queue: {\(queue), target: 100, pollingInterval: 2, cooldownPeriod: 2}
            """
        }
    }
}
