import EmbeddedCluster
import KubernetesClient
import Logging
import ServiceLifecycle
import ServingAPI
import StructuredData
import Telemetry
import Testing

@testable import Controllers

@Suite("ControllerService, against an API", .timeLimit(.minutes(1)))
struct ControllerServiceTests {
    private let api: any KubernetesAPI = EmbeddedAPI.inMemory()
    private let key = ObjectKey(namespace: "default", name: "iris")
    private let predictor = ObjectKey(namespace: "default", name: "iris-predictor")

    private func create(_ predictor: JSONValue = Fixture.onnx()) async throws {
        var service = KubernetesObject(.inferenceService, self.key)
        service.spec = ["predictor": predictor]
        _ = try await self.api.create(.inferenceService, service)
    }

    /// Runs `body` beside the controllers; they have ended before this returns, pass or fail.
    private func withController<Result: Sendable>(
        feed: ActivityFeed = ActivityFeed(),
        metrics: MetricsRegistry? = nil,
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        let service = ControllerService(api: self.api, metrics: metrics, feed: feed)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    /// Waits until an object is as asked for; `nil` stands for one that is not there.
    private func wait(
        _ type: ResourceType,
        _ key: ObjectKey,
        until isRight: (KubernetesObject?) -> Bool
    ) async throws {
        let list = try await self.api.list(type, namespace: key.namespace, selector: .everything)
        if isRight(list.items.first { $0.key == key }) { return }
        let events = try await self.api.watch(
            type,
            namespace: key.namespace,
            selector: .everything,
            from: list.resourceVersion
        )
        for try await event in events where event.object.key == key {
            if case .deleted = event {
                if isRight(nil) { return }
            } else if isRight(event.object) {
                return
            }
        }
    }

    private func waitForReady(_ status: String) async throws {
        try await self.wait(.inferenceService, self.key) { service in
            let conditions = service?.status["conditions"]?.arrayValue ?? []
            return conditions.contains { $0["type"] == "Ready" && $0["status"]?.stringValue == status }
        }
    }

    /// Plays the kubelet: one pod of the predictor, ready or not.
    private func createPod(_ name: String, ready: Bool) async throws {
        let template = try await self.api.get(.deployment, self.predictor).spec["template"]
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: name))
        pod.metadata["labels"] = template?["metadata"]?["labels"]
        pod.metadata["annotations"] = template?["metadata"]?["annotations"]
        pod.spec = template?["spec"] ?? [:]
        var stored = try await self.api.create(.pod, pod)
        stored.status = [
            "phase": "Running", "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
        ]
        _ = try await self.api.update(.pod, stored, subresource: .status)
    }

    @Test("a service gets its children, becomes ready with its pod, and both are told")
    func fromNothingToReady() async throws {
        let feed = ActivityFeed()
        try await self.withController(feed: feed) {
            try await self.create()
            try await self.waitForReady("Unknown")
            let uid = try await self.api.get(.inferenceService, self.key).uid
            for (type, key) in [
                (ResourceType.deployment, self.predictor), (.revision, self.predictor), (.route, self.key),
            ] {
                #expect(try await self.api.get(type, key).ownerReferences.map(\.uid) == [uid])
            }
            try await self.createPod("iris-predictor-a", ready: true)
            try await self.waitForReady("True")
            var activities = feed.stream(replaying: 8).makeAsyncIterator()
            #expect(await activities.next()?.kind == .configurationChanged)
            #expect(await activities.next()?.kind == .serviceReady)
        }
        let events = try await self.api.list(.event, namespace: "default", selector: .everything).items
        #expect(events.map { $0.json["reason"] } == ["InferenceServiceReady"])
        #expect(events.first?.json["involvedObject"]?["name"] == "iris")
    }

    @Test("a pod that takes its time is followed until it is ready")
    func slowPod() async throws {
        try await self.withController {
            try await self.create()
            try await self.waitForReady("Unknown")
            try await self.createPod("iris-predictor-a", ready: false)
            try await self.wait(.inferenceService, self.key) {
                $0?.status["modelStatus"]?["states"]?["targetModelState"] == "Loading"
            }
            let pod = ObjectKey(namespace: "default", name: "iris-predictor-a")
            let ready: JSONValue = ["status": ["conditions": [["type": "Ready", "status": "True"]]]]
            _ = try await self.api.patch(.pod, pod, merge: ready, subresource: .status)
            try await self.waitForReady("True")
        }
    }

    @Test("what is as it should be is not written again")
    func quietWhenDone() async throws {
        try await self.withController {
            try await self.create()
            try await self.waitForReady("Unknown")
        }
        func versions() async throws -> [String?] {
            [
                try await self.api.get(.inferenceService, self.key).resourceVersion,
                try await self.api.get(.deployment, self.predictor).resourceVersion,
                try await self.api.get(.revision, self.predictor).resourceVersion,
                try await self.api.get(.route, self.key).resourceVersion,
            ]
        }
        let before = try await versions()
        let registry = MetricsRegistry()
        let text = try await self.withController(metrics: registry) {
            var text = await registry.exposition()
            while text.contains("pilotlight_controller_looks_total 0\n") {
                await Task.yield()
                text = await registry.exposition()
            }
            return text
        }
        #expect(text.contains("pilotlight_controller_looks_with_writes_total 0\n"))
        #expect(text.contains("pilotlight_controller_looks_failed_total 0\n"))
        #expect(try await versions() == before)
    }

    @Test("a child that somebody deletes is made again")
    func childrenComeBack() async throws {
        try await self.withController {
            try await self.create()
            try await self.waitForReady("Unknown")
            let uid = try await self.api.get(.route, self.key).uid
            try await self.api.delete(.route, self.key, uid: nil)
            try await self.wait(.route, self.key) { $0 != nil && $0?.uid != uid }
        }
    }

    @Test("a changed bound reaches the Revision and leaves Deployment and replica count alone")
    func changedBounds() async throws {
        try await self.withController {
            try await self.create()
            try await self.waitForReady("Unknown")
            try await self.api.scale(.deployment, self.predictor, replicas: 5)
            let generation = try await self.api.get(.deployment, self.predictor).generation
            _ = try await self.api.patch(
                .inferenceService,
                self.key,
                merge: ["spec": ["predictor": ["maxReplicas": 8]]],
                subresource: nil
            )
            try await self.wait(.revision, self.predictor) { $0?.spec["scaling"]?["maxScale"] == 8 }
            try await self.wait(.inferenceService, self.key) { $0?.status["observedGeneration"] == 2 }
            let deployment = try await self.api.get(.deployment, self.predictor)
            #expect(deployment.spec["replicas"] == 5)
            #expect(deployment.generation == generation)
        }
    }

    @Test("the annotation that stops a service takes its workload away, and taking it off brings it back")
    func stopAndStart() async throws {
        @Sendable func stop(_ value: JSONValue) async throws {
            _ = try await self.api.patch(
                .inferenceService,
                self.key,
                merge: ["metadata": ["annotations": ["serving.kserve.io/stop": value]]],
                subresource: nil
            )
        }
        try await self.withController {
            try await self.create()
            try await self.waitForReady("Unknown")
            try await stop("true")
            try await self.wait(.deployment, self.predictor) { $0 == nil }
            try await self.wait(.revision, self.predictor) { $0 == nil }
            try await self.waitForReady("False")
            #expect(try await self.api.get(.route, self.key).spec["traffic"] == [])
            try await stop(.null)
            try await self.wait(.deployment, self.predictor) { $0 != nil }
            try await self.waitForReady("Unknown")
        }
    }

    @Test("a runtime that comes later is what a waiting service gets")
    func lateRuntime() async throws {
        try await self.withController {
            try await self.create(["model": ["modelFormat": ["name": "prolog"], "storageUri": "/srv/m"]])
            try await self.waitForReady("False")
            var runtime = KubernetesObject(.servingRuntime, ObjectKey(namespace: "default", name: "prolog"))
            runtime.spec = [
                "supportedModelFormats": [["name": "prolog", "autoSelect": true]],
                "containers": [["name": "kserve-container", "command": ["swipl", "server.pl"]]],
            ]
            _ = try await self.api.create(.servingRuntime, runtime)
            try await self.wait(.deployment, self.predictor) { $0 != nil }
            try await self.wait(.inferenceService, self.key) { $0?.status["servingRuntimeName"] == "prolog" }
        }
    }

    @Test("the controllers end when they are asked to, also before the API has answered")
    func gracefulShutdown() async throws {
        let service = ControllerService(api: SilentAPI())
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [service], logger: Logger(label: "test"))
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("a deleted service takes its children with it, and nothing makes them again")
    func deletion() async throws {
        try await self.withController {
            try await self.create()
            try await self.waitForReady("Unknown")
            try await self.api.delete(.inferenceService, self.key, uid: nil)
            try await self.wait(.deployment, self.predictor) { $0 == nil }
            try await self.wait(.route, self.key) { $0 == nil }
        }
        #expect(try await self.api.list(.revision, namespace: nil, selector: .everything).items.isEmpty)
    }
}
