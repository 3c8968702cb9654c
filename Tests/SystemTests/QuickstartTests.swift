import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite("pilotlight up")
    struct QuickstartTests {
        @Test("a model goes from nothing to an answer and back to nothing", .timeLimit(.minutes(3)))
        func fromNothingAndBack() async throws {
            try await RunningPlatform.run(["iris": Manifests.iris()]) { platform in
                try await platform.eventually("the route is there") {
                    try await platform.get("/", port: platform.port, host: "nobody.default.localhost").status == 404
                        && platform.output.contains("default/iris")
                }
                #expect(try platform.replicaProcesses.isEmpty)
                try await platform.eventually("the first request is held and answered") {
                    let answer = try await platform.predict("iris", Manifests.body)
                    guard answer.status != 404 else { return false }
                    #expect(answer.status == 200)
                    #expect(answer.text == Manifests.answer)
                    #expect(answer.fields["x-pilotlight-cold-start"] == "true")
                    #expect(answer.fields["server-timing"]?.contains("load;dur=") == true)
                    return true
                }
                #expect(try platform.replicaProcesses.count == 1)
                try await platform.eventually("status says that it is ready") {
                    let status = try await platform.command(["status", "--admin", platform.adminURL])
                    return status.status == 0 && status.output.contains("iris")
                }
                let logs = try await platform.command(["logs", "iris", "--admin", platform.adminURL])
                #expect(logs.status == 0)
                try await platform.eventually("it is back at zero", seconds: 40) {
                    try platform.replicaProcesses.isEmpty
                }
                #expect(platform.output.contains("Back to zero"))
                #expect(try await platform.stop() == 0)
            }
        }

        @Test("requests at once against a service at zero are all answered rightly", .timeLimit(.minutes(3)))
        func burst() async throws {
            try await RunningPlatform.run(["iris": Manifests.iris()]) { platform in
                try await platform.eventually("the route is there") { platform.output.contains("default/iris") }
                let wrong = try await withThrowingTaskGroup(of: Int.self) { clients in
                    for _ in 0..<40 {
                        clients.addTask {
                            try await onThread {
                                let socket = try TCPSocket.connect(port: platform.port)
                                var wrong = 0
                                for _ in 0..<25 {
                                    try socket.send(RunningPlatform.prediction("iris", Manifests.body))
                                    let answer = try socket.receiveResponse()
                                    if answer.status != 200 || answer.text != Manifests.answer { wrong += 1 }
                                }
                                return wrong
                            }
                        }
                    }
                    return try await clients.reduce(0, +)
                }
                #expect(wrong == 0)
            }
        }

        @Test("a container of the user's own runs as a process", .timeLimit(.minutes(2)))
        func customContainer() async throws {
            try await RunningPlatform.run(["files": Manifests.custom]) { platform in
                try await platform.eventually("it answers") {
                    try await platform.get("/", port: platform.port, host: "files.default.localhost").status == 200
                }
            }
        }

        @Test(
            "a broken edit is told with its line and changes nothing; a right one is applied",
            .timeLimit(.minutes(2))
        )
        func edits() async throws {
            try await RunningPlatform.run(["iris": Manifests.iris()]) { platform in
                try await platform.eventually("it answers") {
                    try await platform.predict("iris", Manifests.body).status == 200
                }
                try platform.write(
                    "iris",
                    Manifests.iris().replacingOccurrences(of: "scaleTarget", with: "scaleTagret")
                )
                try await platform.eventually("the mistake is told") {
                    platform.output.contains("iris.yaml:13") && platform.output.contains("scaleTarget")
                }
                #expect(try await platform.predict("iris", Manifests.body).status == 200)
                try platform.write("iris", Manifests.iris(predictor: "    timeout: 77"))
                try await platform.eventually("the edit is applied") {
                    let revisions = try await platform.get(
                        "/apis/pilotlight.dev/v1alpha1/namespaces/default/revisions",
                        port: platform.admin
                    )
                    return revisions.text.contains("\"responseStartTimeoutSeconds\":77")
                }
                try FileManager.default.removeItem(at: platform.services.appendingPathComponent("iris.yaml"))
                try await platform.eventually("what is no longer written is gone") {
                    try await platform.predict("iris", Manifests.body).status == 404
                }
            }
        }

        @Test("metrics are what Prometheus reads", .timeLimit(.minutes(2)))
        func metrics() async throws {
            try await RunningPlatform.run(["iris": Manifests.iris()]) { platform in
                try await platform.eventually("it answers") {
                    try await platform.predict("iris", Manifests.body).status == 200
                }
                let text = try await platform.get("/metrics", port: platform.admin).text
                for name in [
                    "pilotlight_activator_requests_total", "pilotlight_activator_request_duration_seconds_bucket",
                    "pilotlight_activator_cold_start_seconds_bucket", "pilotlight_activator_queue_depth",
                    "pilotlight_autoscaler_desired_replicas",
                ] {
                    #expect(text.contains(name))
                }
            }
        }

        @Test("wrong calls and wrong settings are refused with all their mistakes") func wrongCalls() async throws {
            let platform = try await Self.refused(["up", "--set", "stable-window=1s", "--set", "panic-windw=3", "x"])
            #expect(platform.status == 2)
            #expect(platform.output.contains("stable-window"))
            #expect(platform.output.contains("panic-windw"))
            #expect(try await Self.refused(["up", "--listen", "nonsense:port"]).status == 2)
            #expect(try await Self.refused(["status", "--admin", "http://127.0.0.1:1"]).status == 3)
        }

        static func refused(_ arguments: [String]) async throws -> (status: Int32, output: String) {
            try await onThread {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: RunningPlatform.program ?? "/nonexistent")
                process.arguments = arguments
                let pipe = Pipe()
                process.standardOutput = pipe
                process.standardError = pipe
                try process.run()
                let output = pipe.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                return (process.terminationStatus, String(decoding: output, as: UTF8.self))
            }
        }
    }
}
