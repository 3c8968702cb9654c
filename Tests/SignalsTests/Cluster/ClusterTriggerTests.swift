import Autoscaler
import EmbeddedCluster
import KubernetesClient
import ScalingCore
import StructuredData
import Testing

@testable import Signals

@Suite("Triggers that look at the cluster")
struct ClusterTriggerTests {
    private let api = StubCluster()

    @Test("pods of a selector are counted, without those that have ended")
    func workload() async throws {
        for (name, labels, phase) in [
            ("a", ["app": "web", "tier": "front"], "Running"), ("b", ["app": "web"], "Pending"),
            ("c", ["app": "web"], "Succeeded"), ("d", ["app": "web"], "Failed"), ("e", ["app": "db"], "Running"),
            ("f", ["app": "web", "tier": "test"], "Running"),
        ] {
            await self.api.add(pod: name, labels: labels, phase: phase, node: name < "c" ? "one" : "two")
        }
        await self.api.add(pod: "g", namespace: "other", labels: ["app": "web"], phase: "Running")
        for (selector, groups, count) in [
            ("app=web", "false", 3.0), ("app==web,tier!=test", "false", 2), ("app in (web, db)", "false", 4),
            ("app,!tier", "false", 2), ("app notin (web)", "false", 1), ("app=web", "true", 2),
            ("app=none", "false", 0),
        ] {
            let declaration = TriggerTesting.declare(
                "kubernetes-workload",
                ["podSelector": selector, "value": "2", "activationValue": "2", "groupByNode": groups]
            )
            let reading = try await TriggerTesting.catalogue(self.api).trigger(for: declaration).read()
            let expected = TriggerReading(
                metrics: [.init(name: "workload-default", value: count, target: 2)],
                isActive: count > 2
            )
            #expect(reading == expected, "\(selector)")
        }
    }

    @Test("what each running pod uses and requests is told; what is not measured yet is no sample")
    func resources() async throws {
        for name in ["a", "b", "new", "stopped", "free"] {
            let phase = name == "stopped" ? "Succeeded" : "Running"
            await self.api.add(pod: name, labels: ["app": "web"], phase: phase, requests: name != "free")
            if name != "new" { await self.api.add(metrics: name, labels: ["app": "web"]) }
        }
        func samples(_ type: String, _ metadata: [String: String]) async throws -> TriggerReading {
            let declaration = TriggerTesting.declare(
                type,
                ["value": "80"].merging(metadata) { $1 },
                metricType: .utilization,
                podLabels: ["app": "web"]
            )
            return try await TriggerTesting.catalogue(self.api).trigger(for: declaration).read()
        }
        let cpu = try await samples("cpu", [:])
        #expect(cpu.metrics == [.init(name: "cpu", value: 0.75, target: 80)])
        #expect(
            cpu.samples == [
                .init(replica: "a", usage: 0.25, request: 0.6), .init(replica: "b", usage: 0.25, request: 0.6),
                .init(replica: "free", usage: 0.25, request: nil),
            ]
        )
        let memory = try await samples("memory", ["containerName": "server"])
        #expect(memory.samples?.first == .init(replica: "a", usage: 1_048_576, request: 4_194_304))
    }

    @Test("an API that cannot be asked is a failure, not an empty cluster", arguments: ["kubernetes-workload", "cpu"])
    func outage(type: String) async throws {
        await self.api.fail(KubernetesError(.unreachable, subject: "pods", message: "connection refused"))
        let declaration = TriggerTesting.declare(
            type,
            ["podSelector": "app=web", "value": "2"],
            podLabels: ["app": "web"]
        )
        let trigger = try TriggerTesting.catalogue(self.api).trigger(for: declaration)
        #expect(await TriggerTesting.failure(of: trigger)?.kind == .unavailable)
    }

    @Test("resource triggers take percents of requests or quantities, and nothing else")
    func values() {
        func problems(_ value: String, _ type: TriggerDeclaration.MetricType) -> [String] {
            TriggerTesting.problems(TriggerTesting.declare("cpu", ["value": value], metricType: type))
        }
        #expect(problems("80", .utilization).isEmpty)
        #expect(problems("500m", .averageValue).isEmpty)
        #expect(
            problems("500m", .utilization) == [
                "metadata.value: is '500m', but must be a percentage of what the pods request, as 80"
            ]
        )
        #expect(
            problems("half", .averageValue) == [
                "metadata.value: is 'half', but must be a quantity above 0, as 500m or 2Gi"
            ]
        )
        #expect(problems("1", .value) == ["metricType: must be 'Utilization' or 'AverageValue' for cpu"])
        #expect(
            TriggerTesting.problems(
                TriggerTesting.declare("kubernetes-workload", ["podSelector": "a=b=c", "value": "1"])
            )
                == ["metadata.podSelector: is 'a=b=c', but must be a label selector such as app=web,tier!=test"]
        )
    }
}

/// A cluster that holds pods and their metrics as a test puts them there.
actor StubCluster: KubernetesAPI {
    private var objects: [ResourceType: [KubernetesObject]] = [:]
    private var error: KubernetesError?

    func fail(_ error: KubernetesError) { self.error = error }

    func add(
        pod name: String,
        namespace: String = "default",
        labels: [String: String],
        phase: String,
        node: String = "one",
        requests: Bool = true
    ) {
        var pod = KubernetesObject(.pod, ObjectKey(namespace: namespace, name: name))
        pod.labels = labels
        let resources: JSONValue = requests ? ["requests": ["cpu": "300m"], "limits": ["memory": "4Mi"]] : [:]
        pod.spec = [
            "nodeName": .string(node),
            "containers": [["name": "server", "resources": resources], ["name": "side", "resources": resources]],
        ]
        pod.status = ["phase": .string(phase)]
        self.objects[.pod, default: []].append(pod)
    }

    func add(metrics name: String, labels: [String: String]) {
        var metrics = KubernetesObject(.podMetrics, ObjectKey(namespace: "default", name: name))
        metrics.labels = labels
        let usage: JSONValue = ["cpu": "125000000n", "memory": "1024Ki"]
        metrics.json["containers"] = [["name": "server", "usage": usage], ["name": "side", "usage": usage]]
        self.objects[.podMetrics, default: []].append(metrics)
    }

    func list(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector
    ) async throws(KubernetesError) -> KubernetesList {
        if let error { throw error }
        let items = (self.objects[type] ?? []).filter { $0.namespace == namespace && selector.matches($0.labels) }
        return KubernetesList(items: items, resourceVersion: "1")
    }

    func get(_ type: ResourceType, _ key: ObjectKey) async throws(KubernetesError) -> KubernetesObject {
        throw self.error ?? KubernetesError(.notFound, subject: "\(key)", message: "not found")
    }

    func create(_ type: ResourceType, _ object: KubernetesObject) async throws(KubernetesError) -> KubernetesObject {
        throw KubernetesError(.badRequest, subject: "", message: "")
    }

    func update(
        _ type: ResourceType,
        _ object: KubernetesObject,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject { throw KubernetesError(.badRequest, subject: "", message: "") }

    func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        merge patch: JSONValue,
        subresource: Subresource?
    ) async throws(KubernetesError) -> KubernetesObject { throw KubernetesError(.badRequest, subject: "", message: "") }

    func delete(_ type: ResourceType, _ key: ObjectKey, uid: String?) async throws(KubernetesError) {}

    func scale(_ type: ResourceType, _ key: ObjectKey, replicas: Int) async throws(KubernetesError) {}

    func watch(
        _ type: ResourceType,
        namespace: String?,
        selector: LabelSelector,
        from resourceVersion: String
    ) async throws(KubernetesError) -> AsyncThrowingStream<WatchEvent, any Error> {
        AsyncThrowingStream { $0.finish() }
    }
}
