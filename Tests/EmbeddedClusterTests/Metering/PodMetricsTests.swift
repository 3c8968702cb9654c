import EmbeddedCluster
import KubernetesClient
import StructuredData
import Testing

@Suite("Pod metrics", .timeLimit(.minutes(2)))
struct PodMetricsTests {
    @Test("a pod that works uses a core, one that sleeps uses none, and both have memory")
    func usage() async throws {
        try await RunningCluster.with { cluster in
            try await cluster.deploy("busy", command: ["/bin/sh", "-c", "while :; do :; done"])
            try await cluster.deploy("lazy", command: ["/bin/sh", "-c", "sleep 1000"])
            try await cluster.pods("both are ready") { $0.count(where: \.isReady) == 2 }
            try await withDeadline(.seconds(20), "a tenth of a core shows") {
                var usage = try await Self.usage(cluster, app: "busy")
                while usage.cores < 0.1 {
                    try await Task.sleep(for: .milliseconds(100))
                    usage = try await Self.usage(cluster, app: "busy")
                }
                #expect(usage.memory > 0)
            }
            let lazy = try await Self.usage(cluster, app: "lazy")
            #expect(lazy.cores < 0.1)
            #expect(lazy.memory > 0)
        }
    }

    @Test("a pod without a process has no metrics") func notRunning() async throws {
        let api = EmbeddedAPI.inMemory()
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: "web-0"))
        pod.spec = ["containers": [["name": "main"]]]
        _ = try await api.create(.pod, pod)
        let list = try await api.list(.podMetrics, namespace: nil, selector: .everything)
        #expect(list.items.isEmpty)
        await #expect(throws: KubernetesError.self) { _ = try await api.get(.podMetrics, pod.key) }
    }

    /// Cores, and memory in KiB.
    private static func usage(_ cluster: RunningCluster, app: String) async throws -> (cores: Double, memory: Int) {
        let selector = LabelSelector(["app": app])
        let list = try await cluster.api.list(.podMetrics, namespace: "default", selector: selector)
        let usage = try #require(list.items.first?.json["containers"]?[0]?["usage"])
        let cpu = try #require(usage["cpu"]?.stringValue)
        let memory = try #require(usage["memory"]?.stringValue)
        #expect(cpu.hasSuffix("n") && memory.hasSuffix("Ki"))
        return ((Double(cpu.dropLast()) ?? 0) / 1e9, Int(memory.dropLast(2)) ?? 0)
    }
}
