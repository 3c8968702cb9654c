import EmbeddedCluster
import KubernetesClient
import StructuredData
import Testing

@Suite("Rolling updates with real processes", .timeLimit(.minutes(2)))
struct RollingUpdateTests {
    static let command = ["/bin/sh", "-c", "echo $VERSION; exec sleep 1000"]

    @Test("an update never leaves fewer ready pods than it may, nor has more pods than it may")
    func staysWithinBounds() async throws {
        try await RunningCluster.with { cluster in
            let deployment = try await cluster.deploy(replicas: 4, command: Self.command)
            try await cluster.pods("four pods are ready") { $0.count(where: \.isReady) == 4 }
            let list = try await cluster.api.list(.pod, namespace: nil, selector: .everything)
            let old = Set(list.items.map(\.name))
            let events = try await cluster.api.watch(
                .pod,
                namespace: nil,
                selector: .everything,
                from: list.resourceVersion
            )
            try await Self.change(deployment, in: cluster)
            try await withDeadline(.seconds(60), "every pod is a new one, and ready") {
                var pods = Dictionary(uniqueKeysWithValues: list.items.map { ($0.name, $0) })
                for try await event in events {
                    if case .deleted(let pod) = event {
                        pods[pod.name] = nil
                    } else {
                        pods[event.object.name] = event.object
                    }
                    let active = pods.values.filter { !$0.isDeleting }
                    #expect(active.count <= 5)
                    #expect(active.count(where: \.isReady) >= 3)
                    if pods.count == 4, old.isDisjoint(with: pods.keys), active.allSatisfy(\.isReady) { return }
                }
            }
        }
    }

    @Test("an update to something broken stops before it takes what serves")
    func brokenUpdate() async throws {
        try await RunningCluster.with { cluster in
            let deployment = try await cluster.deploy(replicas: 4, command: Self.command) {
                $0["spec"]?["terminationGracePeriodSeconds"] = 1
            }
            try await cluster.pods("four pods are ready") { $0.count(where: \.isReady) == 4 }
            _ = try await cluster.api.patch(
                .deployment,
                deployment.key,
                merge: ["spec": ["progressDeadlineSeconds": 1]],
                subresource: nil
            )
            try await Self.change(deployment, in: cluster) { $0["command"] = ["no-such-program"] }
            let deployments = try await cluster.objects(.deployment, "the rollout is given up") {
                $0.first?.status["conditions"]?.arrayValue?.contains { $0["reason"] == "ProgressDeadlineExceeded" }
                    ?? false
            }
            // One more than wanted is allowed and one fewer is: two broken ones beside three that serve.
            let status = deployments.first?.status
            #expect(status?["availableReplicas"] == 3)
            #expect(status?["updatedReplicas"] == 2)
            #expect(status?["observedGeneration"]?.intValue == deployments.first?.generation)
        }
    }

    private static func change(
        _ deployment: KubernetesObject,
        in cluster: RunningCluster,
        _ change: (inout JSONValue) -> Void = { _ in }
    ) async throws {
        var template = deployment.spec["template"] ?? [:]
        template.changeContainer { container in
            container["env"] = [["name": "VERSION", "value": "2"]]
            change(&container)
        }
        let patch: JSONValue = ["spec": ["template": template]]
        _ = try await cluster.api.patch(.deployment, deployment.key, merge: patch, subresource: nil)
    }
}
