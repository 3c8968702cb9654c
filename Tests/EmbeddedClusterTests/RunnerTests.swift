import Foundation
import KubernetesClient
import StructuredData
import Telemetry
import Testing

@Suite("The process runner", .timeLimit(.minutes(2)))
struct RunnerTests {
    @Test("a deployment's pods become processes with ports of their own")
    func startsProcesses() async throws {
        try await RunningCluster.with { cluster in
            let script = "echo port $PORT ip $POD_IP ns $POD_NAMESPACE name $POD_NAME; sleep 1000"
            try await cluster.deploy(replicas: 3, command: ["/bin/sh", "-c", script])
            let pods = try await cluster.pods("three pods are ready") { $0.count(where: \.isReady) == 3 }
            #expect(Set(pods.compactMap(\.port)).count == 3)
            for pod in pods {
                #expect(pod.status["phase"] == "Running")
                #expect(pod.status["podIP"] == "127.0.0.1")
                #expect(pod.container["restartCount"] == 0)
            }
            let status = try await cluster.objects(.deployment, "the deployment is available") {
                $0.first?.status["availableReplicas"] == 3
            }
            #expect(status.first?.status["readyReplicas"] == 3)
        }
    }
}
