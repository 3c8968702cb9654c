import EmbeddedCluster
import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import StructuredData
import Telemetry
import Testing

/// A cluster at work, with real processes, in a directory of its own.
struct RunningCluster: Sendable {
    let cluster: EmbeddedCluster
    let directory: String
    let activities: ActivityFeed

    var api: EmbeddedAPI { self.cluster.api }

    /// Runs `body` against a cluster at work; the cluster has ended, its processes with it, before this returns.
    ///
    /// - Parameter directory: Kept when given, else made and removed.
    static func with(
        directory given: String? = nil,
        settings adjust: (inout EmbeddedClusterSettings) -> Void = { _ in },
        _ body: @Sendable (RunningCluster) async throws -> Void
    ) async throws {
        let directory = given ?? Self.newDirectory()
        defer { if given == nil { try? FileManager.default.removeItem(atPath: directory) } }
        var settings = EmbeddedClusterSettings(directory: directory)
        // A range of its own per process of tests would do, but several clusters run in this one at once.
        settings.runner.ports = PortRanges.next()
        settings.runner.shutdownGrace = .seconds(2)
        adjust(&settings)
        let activities = ActivityFeed(capacity: 4096)
        var log = Logger(label: "test")
        log.logLevel = .error
        let cluster = try EmbeddedCluster(settings, activities: activities, log: log)
        let running = RunningCluster(cluster: cluster, directory: directory, activities: activities)
        let group = ServiceGroup(services: cluster.services, logger: log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(running)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    static func newDirectory() -> String {
        "\(NSTemporaryDirectory())pilotlight-test-\(UUID().uuidString)"
    }

    /// Creates a deployment of `replicas` pods of one container each.
    @discardableResult
    func deploy(
        _ name: String = "web",
        replicas: Int = 1,
        command: [String],
        pod adjust: (inout JSONValue) -> Void = { _ in }
    ) async throws -> KubernetesObject {
        try await self.api.create(.deployment, .deployment(name, replicas: replicas, command: command, pod: adjust))
    }

    /// The pods as they are once `isExpected` holds for them, in the order of their names.
    @discardableResult
    func pods(
        _ comment: Comment,
        until isExpected: @escaping @Sendable ([KubernetesObject]) -> Bool
    ) async throws -> [KubernetesObject] {
        try await self.objects(.pod, comment, until: isExpected)
    }

    @discardableResult
    func objects(
        _ type: ResourceType,
        _ comment: Comment,
        within limit: Duration = .seconds(30),
        until isExpected: @escaping @Sendable ([KubernetesObject]) -> Bool
    ) async throws -> [KubernetesObject] {
        let api = self.api
        return try await withDeadline(limit, comment) {
            let list = try await api.list(type, namespace: nil, selector: .everything)
            if isExpected(list.items) { return list.items }
            var objects = Dictionary(uniqueKeysWithValues: list.items.map { ($0.key, $0) })
            func sorted() -> [KubernetesObject] { objects.values.sorted { $0.name < $1.name } }
            let version = list.resourceVersion
            let stream = try await api.watch(type, namespace: nil, selector: .everything, from: version)
            for try await event in stream {
                switch event {
                case .added(let object), .modified(let object): objects[object.key] = object
                case .deleted(let object): objects[object.key] = nil
                }
                if isExpected(sorted()) { return sorted() }
            }
            return sorted()
        }
    }

    /// One pod, ready.
    func readyPod() async throws -> KubernetesObject {
        let pods = try await self.pods("a pod is ready") { $0.contains(where: \.isReady) }
        return try #require(pods.first { $0.isReady })
    }

    func log(of pod: KubernetesObject, container: String? = nil) throws -> String {
        String(decoding: try self.cluster.logs.tail(pod.key, container: container, lines: 1000), as: UTF8.self)
    }
}

/// Ranges of ports that no two clusters of one test run share.
enum PortRanges {
    private static let counter = Counter()

    static func next() -> ClosedRange<Int> {
        Self.counter.increment()
        let start = 20_000 + (Int(Self.counter.value) * 50) % 9000
        return start...(start + 49)
    }
}

/// Runs `body`, or records an issue and throws when it takes longer.
func withDeadline<Result: Sendable>(
    _ limit: Duration,
    _ comment: Comment,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            Issue.record("not within \(limit): \(comment)")
            throw CancellationError()
        }
        return result
    }
}

extension KubernetesObject {
    static func deployment(
        _ name: String,
        replicas: Int,
        command: [String],
        pod adjust: (inout JSONValue) -> Void = { _ in }
    ) -> KubernetesObject {
        var object = KubernetesObject(.deployment, ObjectKey(namespace: "default", name: name))
        var template: JSONValue = [
            "metadata": ["labels": ["app": .string(name)]],
            "spec": [
                "terminationGracePeriodSeconds": 5,
                "containers": [["name": "main", "command": .array(command.map { .string($0) })]],
            ],
        ]
        adjust(&template)
        object.spec = [
            "replicas": JSONValue(replicas), "selector": ["matchLabels": ["app": .string(name)]],
            "template": template,
        ]
        return object
    }

    var isReady: Bool {
        self.status["conditions"]?.arrayValue?.contains { $0["type"] == "Ready" && $0["status"] == "True" } ?? false
    }

    /// The status of the container that is the pod's only one.
    var container: JSONValue { self.status["containerStatuses"]?[0] ?? [:] }

    var port: Int? { self.annotations["pilotlight.dev/port"].flatMap { Int($0) } }
}

extension JSONValue {
    /// Changes the first container of a pod template.
    mutating func changeContainer(_ change: (inout JSONValue) -> Void) {
        var spec = self["spec"] ?? [:]
        var containers = spec["containers"]?.arrayValue ?? []
        change(&containers[0])
        spec["containers"] = .array(containers)
        self["spec"] = spec
    }
}
