import Foundation
import StructuredData
import TestSupport
import Testing

extension SystemTests {
    /// Replicas that follow what event sources say, in the program as users run it.
    @Suite("event sources drive replicas")
    struct EventScalingTests {
        @Test("a Deployment of the user's own follows a source from zero to many and back", .timeLimit(.minutes(3)))
        func deployment() async throws {
            let port = try FreePort.pick()
            try await RunningPlatform.run(["worker": Self.worker(sourcePort: port)]) { platform in
                let numbers = platform.folder.appendingPathComponent("numbers")
                try FileManager.default.createDirectory(at: numbers, withIntermediateDirectories: true)
                try Self.set(#"{"depth": 0}"#, in: numbers)
                try platform.write("source", Self.source(folder: numbers.path, port: port))
                try await platform.eventually("the source is read, and there is no work") {
                    let orders = try await Self.orders(platform)
                    return orders["ready"] == true && orders["active"] == false && orders["readyReplicas"] == 0
                }

                try Self.set(#"{"depth": 35}"#, in: numbers)
                try await platform.eventually("four replicas") {
                    try await Self.orders(platform)["readyReplicas"] == 4
                }
                #expect(platform.output.contains("Scaled from 0 to 4."), "in one step")
                let trigger = try await Self.orders(platform)["triggers"]?[0]
                #expect(trigger?["metrics"]?[0]?["value"] == 35)
                #expect(trigger?["metrics"]?[0]?["target"] == 10)
                #expect(trigger?["active"] == true)

                try Self.set("this is no document", in: numbers)
                try await platform.eventually("the status says that the source is not understood") {
                    try await Self.orders(platform)["triggers"]?[0]?["problem"]?.stringValue != nil
                }
                try await Task.sleep(for: .seconds(4))
                #expect(try await Self.orders(platform)["readyReplicas"] == 4, "what is not known is not zero")

                try Self.set(#"{"depth": 0}"#, in: numbers)
                try await platform.eventually("it is back at zero") {
                    let orders = try await Self.orders(platform)
                    return orders["readyReplicas"] == 0 && orders["ready"] == true
                }
                let table = try await platform.command(["status", "--admin", ":\(platform.admin)"])
                #expect(table.status == 0, "\(table.output)")
                #expect(table.output.contains("orders"))
                #expect(try await platform.stop() == 0)
            }
        }

        @Test("what is wrong with an object stands in its status, and the others go on", .timeLimit(.minutes(2)))
        func wrongObjects() async throws {
            let manifests = [
                "broken": Self.deployment("broken")
                    + Self.scaledObject("broken", trigger: "type: metrics-api, metadata: {targetValue: '10'}"),
                "unknown": Self.deployment("unknown")
                    + Self.scaledObject("unknown", trigger: "type: kafak, metadata: {topic: a}"),
                "nightly": Self.deployment("nightly")
                    + Self.scaledObject(
                        "nightly",
                        trigger: "type: cron, metadata: {timezone: UTC, start: 0 0 * * *, end: 59 23 * * *, "
                            + "desiredReplicas: '2'}"
                    ),
            ]
            try await RunningPlatform.run(manifests) { platform in
                try await platform.eventually("the one that is right works") {
                    let nightly = try await Self.object("nightly", platform)
                    // A minute before midnight there is none.
                    return nightly["ready"] == true
                }
                for (name, words) in [("broken", "url"), ("unknown", "kafak")] {
                    try await platform.eventually("\(name) says what is wrong") {
                        let answer = try await platform.get(
                            "/apis/keda.sh/v1alpha1/namespaces/default/scaledobjects/\(name)",
                            port: platform.admin
                        )
                        return answer.text.contains(words) && answer.text.contains("TriggerError")
                    }
                }
            }
        }

        // MARK: Asking

        static func orders(_ platform: RunningPlatform) async throws -> JSONValue {
            try await Self.object("orders", platform)
        }

        static func object(_ name: String, _ platform: RunningPlatform) async throws -> JSONValue {
            let answer = try await platform.get("/api/status", port: platform.admin)
            let objects = try JSONParser.parse(answer.text)["scaledObjects"]?.arrayValue ?? []
            return objects.first { $0["name"]?.stringValue == name } ?? [:]
        }

        private static func set(_ text: String, in folder: URL) throws {
            try text.write(to: folder.appendingPathComponent("depth.json"), atomically: true, encoding: .utf8)
        }

        // MARK: Manifests

        static func worker(sourcePort: Int) -> String {
            Self.deployment("worker")
                + Self.scaledObject(
                    "orders",
                    target: "worker",
                    trigger: "type: metrics-api, metadata: {url: 'http://127.0.0.1:\(sourcePort)/depth.json', "
                        + "valueLocation: depth, targetValue: '10'}"
                )
        }

        static func deployment(_ name: String) -> String {
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: \(name)}
            spec:
              replicas: 0
              selector: {matchLabels: {app: \(name)}}
              template:
                metadata: {labels: {app: \(name)}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - {name: main, image: worker, command: [sleep, "100000"]}

            """
        }

        static func scaledObject(_ name: String, target: String? = nil, trigger: String) -> String {
            """
            ---
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: \(name)}
            spec:
              scaleTargetRef: {name: \(target ?? name)}
              pollingInterval: 2
              cooldownPeriod: 2
              maxReplicaCount: 5
              triggers:
                - {\(trigger)}

            """
        }

        /// A source that people without a broker have: a file behind a web server, run by the platform itself.
        private static func source(folder: String, port: Int) -> String {
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: source}
            spec:
              selector: {matchLabels: {app: source}}
              template:
                metadata: {labels: {app: source}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: main
                      image: python
                      command: [python3, -m, http.server, --bind, 127.0.0.1, --directory, \(folder), "\(port)"]

            """
        }
    }
}
