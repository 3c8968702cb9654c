import Autoscaler
import EmbeddedCluster
import KubernetesClient
import ServingAPI
import StructuredData

/// A real API in memory with one service in it; nothing but the test plays the kubelet.
struct LiveCluster {
    let api: any KubernetesAPI = EmbeddedAPI.inMemory()
    let name = "iris-predictor"

    var revision: RevisionID { RevisionID(namespace: "default", name: self.name) }
    var deployment: ObjectKey { ObjectKey(namespace: "default", name: self.name) }

    func createDeployment(replicas: Int) async throws {
        var deployment = KubernetesObject(.deployment, self.deployment)
        let labels: JSONValue = ["pilotlight.dev/revision": .string(self.name)]
        deployment.spec = [
            "replicas": JSONValue(replicas), "selector": ["matchLabels": labels],
            "template": ["metadata": ["labels": labels], "spec": ["containers": [["name": "kserve-container"]]]],
        ]
        _ = try await self.api.create(.deployment, deployment)
    }

    func createRevision(_ change: (inout ScalingSpec) -> Void = { _ in }) async throws {
        var scaling = ScalingSpec(target: 10, total: 14)
        change(&scaling)
        let revision = Revision(
            metadata: ObjectMetadata(name: self.name, namespace: "default"),
            spec: RevisionSpec(
                inferenceService: "iris",
                component: "predictor",
                scaleTargetRef: .deployment(self.name),
                podLabels: ["pilotlight.dev/revision": self.name],
                port: 8080,
                probe: .tcp,
                scaling: scaling
            )
        )
        _ = try await self.api.create(.revision, KubernetesObject(json: revision.json))
    }

    @discardableResult
    func createPod(_ name: String, ready: Bool) async throws -> KubernetesObject {
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: name))
        pod.labels = ["pilotlight.dev/revision": self.name]
        pod.spec = ["containers": [["name": "kserve-container"]]]
        var stored = try await self.api.create(.pod, pod)
        stored.status = ["phase": "Running", "conditions": [["type": "Ready", "status": ready ? "True" : "False"]]]
        return try await self.api.update(.pod, stored, subresource: .status)
    }

    /// Waits until an object is as asked for.
    func wait(
        for type: ResourceType,
        _ key: ObjectKey,
        until isRight: (KubernetesObject) -> Bool
    ) async throws -> KubernetesObject {
        let list = try await self.api.list(type, namespace: key.namespace, selector: .everything)
        if let object = list.items.first(where: { $0.key == key }), isRight(object) { return object }
        let events = try await self.api.watch(
            type,
            namespace: key.namespace,
            selector: .everything,
            from: list.resourceVersion
        )
        for try await event in events where event.object.key == key && isRight(event.object) { return event.object }
        throw KubernetesError(.unreachable, subject: "\(key)", message: "the watch ended before the object was right")
    }

    func waitForReplicas(_ replicas: Int) async throws {
        _ = try await self.wait(for: .deployment, self.deployment) { $0.spec["replicas"]?.intValue == replicas }
    }

    func report(waiting: Int = 0, inFlight: Int = 0) -> LoadReport {
        LoadReport(
            revision: self.revision,
            averageConcurrency: Double(waiting + inFlight),
            requestsPerSecond: Double(waiting + inFlight),
            waiting: waiting,
            inFlight: inFlight
        )
    }
}

/// Runs `body` beside the service; the service has ended before this returns, pass or fail.
func withRunning<Result: Sendable>(
    _ service: AutoscalerService,
    _ body: @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await service.run() }
        defer { group.cancelAll() }
        return try await body()
    }
}
