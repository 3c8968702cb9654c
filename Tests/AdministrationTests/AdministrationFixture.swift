import Administration
import EmbeddedCluster
import HTTPTransport
import KubernetesClient
import ServingAPI
import StructuredData
import Synchronization
import Telemetry
import Testing

/// A live administration on a port of its own, over an API in memory.
struct AdministrationFixture: Sendable {
    let api: EmbeddedAPI
    let feed: ActivityFeed
    let metrics: MetricsRegistry
    let loads: ScriptedLoads
    let logs: ScriptedLogs
    let readiness: ScriptedReadiness
    let client: HTTPClient
    let base: String

    /// Runs `body` against a live server; the server ends before this returns, pass or fail.
    static func with(
        settings: AdministrationSettings = AdministrationSettings(version: "1.2.3"),
        _ body: (AdministrationFixture) async throws -> Void
    ) async throws {
        let (api, feed, metrics) = (EmbeddedAPI.inMemory(), ActivityFeed(), MetricsRegistry())
        let (loads, logs, readiness) = (ScriptedLoads(), ScriptedLogs(), ScriptedReadiness())
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = AdministrationServer(
            settings: settings,
            api: api,
            loads: loads,
            feed: feed,
            metrics: metrics,
            logs: logs,
            readiness: readiness,
            onListening: { port.yield($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await server.run()
            }
            defer { group.cancelAll() }
            let listening = await ports.first { _ in true }
            // A server that could not listen has said why.
            if listening == nil { try await group.waitForAll() }
            let port = try #require(listening, "the server does not listen")
            let fixture = AdministrationFixture(
                api: api,
                feed: feed,
                metrics: metrics,
                loads: loads,
                logs: logs,
                readiness: readiness,
                client: HTTPClient(),
                base: "http://127.0.0.1:\(port)"
            )
            defer { fixture.client.shutdown() }
            try await body(fixture)
        }
    }

    func get(
        _ path: String,
        method: String = "GET",
        headers: HTTPClientHeaders = [:],
        body: [UInt8]? = nil
    ) async throws -> (response: HTTPClientResponse, text: String) {
        let request = HTTPClientRequest(method: method, url: self.base + path, headers: headers, body: body)
        let response = try await self.client.send(request)
        return (response, try await response.text(upTo: 1 << 22))
    }

    func json(_ path: String) async throws -> JSONValue {
        let (response, text) = try await self.get(path)
        try #require(response.status == 200, "\(path): \(response.status) \(text)")
        return try JSONParser.parse(text)
    }
}

/// The load that a test sets.
final class ScriptedLoads: LiveLoadProvider {
    private let state = Mutex<[LiveLoad]?>([])

    func set(_ loads: [LiveLoad]?) { self.state.withLock { $0 = loads } }
    func liveLoads() async -> [LiveLoad]? { self.state.withLock { $0 } }
}

/// The logs that a test sets; following goes on until `end`.
final class ScriptedLogs: PodLogSource {
    private struct State {
        var lines: [String: [String]] = [:]
        var followers: [AsyncThrowingStream<String, any Error>.Continuation] = []
    }

    private let state = Mutex(State())

    func set(_ pod: String, _ lines: [String]) { self.state.withLock { $0.lines[pod] = lines } }

    func end() {
        for follower in self.state.withLock({ $0.followers }) { follower.finish() }
    }

    func lines(
        of pod: ObjectKey,
        tail: Int?,
        follow: Bool
    ) async throws(KubernetesError) -> AsyncThrowingStream<String, any Error> {
        guard let lines = self.state.withLock({ $0.lines[pod.name] }) else {
            throw KubernetesError(.notFound, subject: "pod \(pod)", message: "has no log")
        }
        let (stream, continuation) = AsyncThrowingStream<String, any Error>.makeStream()
        for line in lines.suffix(tail ?? .max) { continuation.yield(line) }
        if follow {
            self.state.withLock { $0.followers.append(continuation) }
        } else {
            continuation.finish()
        }
        return stream
    }
}

/// What keeps the program from its work, as a test sets it.
final class ScriptedReadiness: ReadinessSource {
    private let state = Mutex<[String]>([])

    func set(_ obstacles: [String]) { self.state.withLock { $0 = obstacles } }
    func obstacles() async -> [String] { self.state.withLock { $0 } }
}

/// Objects as the controllers and the process runner write them.
enum Sample {
    static func service(
        _ name: String,
        namespace: String = "default",
        ready: String? = "True",
        message: String = ""
    ) -> KubernetesObject {
        var object = KubernetesObject(.inferenceService, ObjectKey(namespace: namespace, name: name))
        object.spec = ["predictor": ["model": ["modelFormat": ["name": "onnx"], "storageUri": "file:///models/a"]]]
        object.status = ["url": .string("http://\(name).\(namespace).localhost:8080")]
        if let ready {
            object.status["conditions"] = [
                ["type": "Ready", "status": .string(ready), "reason": "Because", "message": .string(message)]
            ]
        }
        return object
    }

    static func revision(
        _ service: String,
        namespace: String = "default",
        scaling: ScalingSpec = ScalingSpec(target: 7, total: 10),
        status: RevisionStatus = RevisionStatus()
    ) -> KubernetesObject {
        let revision = Revision(
            metadata: ObjectMetadata(name: "\(service)-predictor", namespace: namespace),
            spec: RevisionSpec(
                inferenceService: service,
                scaleTargetRef: .deployment("\(service)-predictor"),
                podLabels: [LabelName.revision: "\(service)-predictor"],
                scaling: scaling
            ),
            status: status
        )
        return KubernetesObject(json: revision.json)
    }

    static func pod(
        _ service: String,
        _ suffix: String,
        namespace: String = "default",
        ready: Bool = true,
        waiting: (reason: String, message: String)? = nil
    ) -> KubernetesObject {
        var object = KubernetesObject(.pod, ObjectKey(namespace: namespace, name: "\(service)-predictor-\(suffix)"))
        object.labels = [LabelName.revision: "\(service)-predictor", LabelName.inferenceService: service]
        object.spec = ["containers": [["name": "kserve-container", "image": "pilotlight/server"]]]
        var container: JSONValue = ["name": "kserve-container", "restartCount": 2]
        if let waiting {
            container["state"] = ["waiting": ["reason": .string(waiting.reason), "message": .string(waiting.message)]]
        }
        object.status = [
            "phase": "Running", "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
            "containerStatuses": [container],
        ]
        return object
    }
}

extension AdministrationFixture {
    /// Stores an object with its status, which an API takes apart.
    @discardableResult
    func store(_ type: ResourceType, _ object: KubernetesObject) async throws -> KubernetesObject {
        var stored = try await self.api.create(type, object)
        stored.status = object.status
        return try await self.api.update(type, stored, subresource: .status)
    }
}
