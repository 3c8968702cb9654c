import Autoscaler
import ExternalScaler
import Foundation
import ScalingCore
import TestSupport
import Testing

extension SystemTests {
    /// Another autoscaler that follows the requests of a service, over KEDA's contract.
    @Suite("the request signal is served to others")
    struct ExternalScalerTests {
        /// Starts so slowly that requests wait.
        private static let slow = """
            apiVersion: serving.kserve.io/v1beta1
            kind: InferenceService
            metadata:
              name: slow
              annotations: {autoscaling.knative.dev/initial-scale: "0", autoscaling.knative.dev/window: "6s"}
            spec:
              predictor:
                minReplicas: 0
                scaleTarget: 10
                containers:
                  - image: python
                    command: [sh, -c, "sleep 3; exec python3 -m http.server --bind 127.0.0.1 $(PORT)"]
            """

        private static func trigger(_ signal: String, port: Int) throws -> any Trigger {
            let declaration = TriggerDeclaration(
                namespace: "default",
                scaledObject: "features",
                index: 0,
                type: "external-push",
                metadata: ["scalerAddress": "127.0.0.1:\(port)", "inferenceService": "slow", "signal": signal]
            )
            return try ExternalTriggers().trigger(for: declaration)
        }

        @Test(
            "a request that waits at zero is told at once, and who listens keeps nobody from ending",
            .timeLimit(.minutes(2))
        )
        func requestAtZero() async throws {
            let port = try FreePort.pick()
            let arguments = ["--external-scaler", "127.0.0.1:\(port)"]
            try await RunningPlatform.run(["slow": Self.slow], arguments: arguments) { platform in
                let load = try Self.trigger("load", port: port)
                let replicas = try Self.trigger("replicas", port: port)
                try await platform.eventually("the load is known, and there is none") {
                    guard let reading = try? await load.read() else { return false }
                    return !reading.isActive && reading.metrics.first?.value == 0
                }
                #expect(try await load.read().metrics.first?.target == 7, "the service's, with its utilisation")
                var changes = try #require(load.activations()).makeAsyncIterator()
                #expect(await changes.next() == false)

                async let answer = platform.get("/", port: platform.port, host: "slow.default.localhost")
                #expect(await changes.next() == true)
                #expect(try await load.read().isActive)
                try await platform.eventually("a replica is wanted") {
                    let reading = try await replicas.read()
                    return reading.metrics.first?.value == 1 && reading.metrics.first?.target == 1
                }
                #expect(try await answer.status == 200)
                #expect(await changes.next() == false, "back at zero")
                #expect(try await platform.stop() == 0)
                await load.close()
                await replicas.close()
            }
        }
    }
}
