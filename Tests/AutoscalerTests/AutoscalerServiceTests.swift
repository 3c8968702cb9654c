import Autoscaler
import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Testing

@Suite("AutoscalerService, against an API", .timeLimit(.minutes(1)))
struct AutoscalerServiceTests {
    @Test("a waiting request raises a Deployment from zero, and the feed says why")
    func fromZero() async throws {
        let cluster = LiveCluster()
        let feed = ActivityFeed()
        let service = AutoscalerService(api: cluster.api, feed: feed)
        try await cluster.createDeployment(replicas: 0)
        try await cluster.createRevision()
        try await withRunning(service) {
            service.wake(cluster.revision, waiting: 25)
            try await cluster.waitForReplicas(3)
            var activities = feed.stream(replaying: 10).makeAsyncIterator()
            let scaled = await activities.next()
            #expect(scaled?.kind == .scaled)
            #expect(scaled?.subject == "default/iris")
            #expect(scaled?.fields["replicas"] == "3")
            #expect(scaled?.message.contains("25 requests wait") == true)
        }
    }

    @Test("the decision and its reason stand in the revision's status")
    func status() async throws {
        let cluster = LiveCluster()
        let service = AutoscalerService(api: cluster.api)
        try await cluster.createDeployment(replicas: 0)
        try await cluster.createRevision()
        try await withRunning(service) {
            service.wake(cluster.revision)
            let key = ObjectKey(namespace: "default", name: cluster.name)
            let object = try await cluster.wait(for: .revision, key) {
                $0.status["desiredReplicas"]?.intValue == 1
            }
            let revision = try Revision(json: object.json)
            #expect(revision.status.readyReplicas == 0)
            #expect(revision.status.lastDecision?.desired == 1)
            #expect(WallTime(rfc3339: revision.status.lastDecision?.time ?? "") != nil)
        }
    }

    @Test("load that the replicas cannot take raises their count")
    func underLoad() async throws {
        let cluster = LiveCluster()
        let service = AutoscalerService(api: cluster.api)
        try await cluster.createDeployment(replicas: 1)
        try await cluster.createRevision()
        try await cluster.createPod("iris-predictor-a", ready: true)
        try await withRunning(service) {
            // Told again and again, as an activator does: what comes before the revision is known tells nothing.
            let load = cluster.report(waiting: 60, inFlight: 5)
            let reporting = Task {
                while !Task.isCancelled {
                    service.report([load], from: "activator")
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            defer { reporting.cancel() }
            _ = try await cluster.wait(for: .deployment, cluster.deployment) {
                ($0.spec["replicas"]?.intValue ?? 0) >= 6
            }
        }
    }

    @Test("a raised minimum is applied to a running service")
    func reconfigured() async throws {
        let cluster = LiveCluster()
        let service = AutoscalerService(api: cluster.api)
        try await cluster.createDeployment(replicas: 1)
        try await cluster.createRevision { $0.minScale = 1 }
        try await cluster.createPod("iris-predictor-a", ready: true)
        try await withRunning(service) {
            service.report([], from: "activator")
            let key = ObjectKey(namespace: "default", name: cluster.name)
            _ = try await cluster.wait(for: .revision, key) { $0.status["readyReplicas"]?.intValue == 1 }
            _ = try await cluster.api.patch(
                .revision,
                key,
                merge: ["spec": ["scaling": ["minScale": 4]]],
                subresource: nil
            )
            try await cluster.waitForReplicas(4)
        }
    }

    @Test("a service that comes back finds what is there and leaves it")
    func restart() async throws {
        let cluster = LiveCluster()
        try await cluster.createDeployment(replicas: 0)
        try await cluster.createRevision()
        let first = AutoscalerService(api: cluster.api)
        try await withRunning(first) {
            first.wake(cluster.revision, waiting: 15)
            try await cluster.waitForReplicas(2)
        }
        try await cluster.createPod("iris-predictor-a", ready: true)
        try await cluster.createPod("iris-predictor-b", ready: true)
        let second = AutoscalerService(api: cluster.api)
        try await withRunning(second) {
            second.report([], from: "activator")
            let key = ObjectKey(namespace: "default", name: cluster.name)
            _ = try await cluster.wait(for: .revision, key) { $0.status["readyReplicas"]?.intValue == 2 }
            #expect(try await cluster.api.get(.deployment, cluster.deployment).spec["replicas"]?.intValue == 2)
        }
    }

    @Test("the metrics show what was decided")
    func metrics() async throws {
        let cluster = LiveCluster()
        let registry = MetricsRegistry()
        let service = AutoscalerService(api: cluster.api, metrics: registry)
        try await cluster.createDeployment(replicas: 0)
        try await cluster.createRevision()
        let text = try await withRunning(service) {
            service.wake(cluster.revision)
            let key = ObjectKey(namespace: "default", name: cluster.name)
            _ = try await cluster.wait(for: .revision, key) { $0.status["desiredReplicas"]?.intValue == 1 }
            return await registry.exposition()
        }
        let labels = #"{namespace="default",revision="iris-predictor",service="iris"}"#
        #expect(text.contains("pilotlight_autoscaler_desired_replicas\(labels) 1\n"))
        #expect(text.contains("pilotlight_autoscaler_ready_replicas\(labels) 0\n"))
        #expect(text.contains("pilotlight_autoscaler_target_value\(labels) 10\n"))
        #expect(text.contains("pilotlight_autoscaler_scale_writes_total 1\n"))
        #expect(text.contains("pilotlight_autoscaler_scale_write_seconds_count 1\n"))
        #expect(text.contains(#"pilotlight_autoscaler_decisions_total{reason="queue"}"#))
    }
}
