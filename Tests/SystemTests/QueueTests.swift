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
                try await RunningPlatform.run(["scorer": Self.service(brokers)]) { platform in
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

        private static func service(_ brokers: String) -> String {
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
                  storageUri: \(RunningPlatform.root.path)/config/quickstart/models/iris
                queue:
                  kafka:
                    bootstrapServers: "\(brokers)"
                    topic: requests
                    consumerGroup: scorer
                    resultTopic: results
                    deadLetterTopic: failed
                  target: 100
                  pollingInterval: 2
                  cooldownPeriod: 2
            """
        }
    }
}
