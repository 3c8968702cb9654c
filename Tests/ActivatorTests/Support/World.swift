import Activator
import EmbeddedCluster
import KubernetesClient
import Logging
import ServiceLifecycle
import ServingAPI
import StructuredData
import Synchronization
import Telemetry
import TestSupport
import Timekeeping

/// One activator over a real API, with one service `iris` whose replicas a test adds and takes away.
final class World: Sendable {
    static let host = "iris.default.localhost"

    let api: EmbeddedAPI
    let activator: ActivatorService
    let port: Int
    let receiver = RecordingReceiver()
    let feed = ActivityFeed()

    init(api: EmbeddedAPI, settings: ActivatorSettings) async throws {
        self.api = api
        var log = Logger(label: "activator")
        log.logLevel = .critical
        self.activator = ActivatorService(
            settings: settings,
            api: api,
            receiver: self.receiver,
            feed: self.feed,
            log: log
        )
        self.port = try await self.activator.bind()
    }

    /// Runs `body` against a live activator, which ends before this returns, pass or fail.
    static func run(
        revision: @Sendable (inout RevisionSpec) -> Void = { _ in },
        settings: @Sendable (inout ActivatorSettings) -> Void = { _ in },
        _ body: @escaping @Sendable (World) async throws -> Void
    ) async throws {
        var configured = ActivatorSettings()
        configured.port = 0
        configured.loopCount = 2
        configured.drainTimeoutSeconds = 5
        settings(&configured)
        let world = try await World(api: .inMemory(), settings: configured)
        var spec = RevisionSpec(
            inferenceService: "iris",
            scaleTargetRef: .deployment("iris-predictor"),
            podLabels: ["pilotlight.dev/revision": "iris-predictor"],
            port: 1,
            coldStartTimeoutSeconds: 10
        )
        revision(&spec)
        try await world.addService(spec)
        var log = Logger(label: "group")
        log.logLevel = .critical
        let group = ServiceGroup(services: [world.activator], logger: log)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await world.waitForRoute()
                try await body(world)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    // MARK: The service

    func addService(_ spec: RevisionSpec) async throws {
        let metadata = ObjectMetadata(name: "iris-predictor", namespace: "default")
        _ = try await self.api.create(
            .revision,
            KubernetesObject(json: Revision(metadata: metadata, spec: spec).json)
        )
        let route = RouteSpec(
            inferenceService: "iris",
            hosts: [Self.host],
            pathPrefixes: ["/serving/default/iris"],
            traffic: [.init(revision: "iris-predictor", percent: 100, tag: nil)]
        )
        let routeMetadata = ObjectMetadata(name: "iris", namespace: "default")
        _ = try await self.api.create(
            .route,
            KubernetesObject(json: Route(metadata: routeMetadata, spec: route).json)
        )
    }

    /// Makes a pod of the service that runs at `port`.
    @discardableResult
    func addReplica(port: Int, name: String = "iris-0") async throws -> ObjectKey {
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: name))
        pod.labels = ["pilotlight.dev/revision": "iris-predictor"]
        pod.annotations = ["pilotlight.dev/port": "\(port)"]
        pod.spec = ["containers": [["name": "kserve-container", "image": "test"]]]
        pod = try await self.api.create(.pod, pod)
        pod.status = ["phase": "Running", "podIP": "127.0.0.1"]
        _ = try await self.api.update(.pod, pod, subresource: .status)
        return pod.key
    }

    func pod(_ key: ObjectKey) async throws -> KubernetesObject {
        try await self.api.get(.pod, key)
    }

    private func waitForRoute() async throws {
        try await self.eventually("the route is known") {
            try await onThread {
                let socket = try TCPSocket.connect(port: self.port)
                try socket.send("GET /none HTTP/1.1\r\nhost: unknown\r\n\r\n")
                _ = try socket.receiveResponse()
            }
            return self.activator.present(RevisionID(namespace: "default", name: "iris-predictor")) != nil
        }
        // The route is published after the revision; a request that finds none is answered, not held.
        try await self.eventually("the route leads somewhere") {
            try await onThread {
                let socket = try TCPSocket.connect(port: self.port)
                try socket.send("CONNECT x:1 HTTP/1.1\r\nhost: x:1\r\n\r\n")
                _ = socket.receiveAll()
            }
            let list = try await self.api.list(.route, namespace: nil, selector: .everything)
            return !list.items.isEmpty
        }
    }

    /// Waits for a condition that other threads bring about.
    func eventually(_ what: String, seconds: Double = 10, _ condition: () async throws -> Bool) async throws {
        let deadline = MonotonicClock.now().advanced(byNanoseconds: Int64(seconds * 1e9))
        while MonotonicClock.now() < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw TCPSocket.Failure(description: "not within \(seconds) s: \(what)")
    }

    // MARK: Requests

    func connect() throws -> TCPSocket { try TCPSocket.connect(port: self.port) }

    /// One request on a connection of its own.
    func exchange(_ request: String) async throws -> HTTPAnswer {
        try await onThread {
            let socket = try self.connect()
            try socket.send(request)
            return try socket.receiveResponse()
        }
    }

    static func post(_ body: String, path: String = "/v1/models/iris:predict", fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nhost: \(Self.host)\r\ncontent-length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    var present: (waiting: Int, inFlight: Int) {
        self.activator.present(RevisionID(namespace: "default", name: "iris-predictor")) ?? (0, 0)
    }
}

/// Keeps what the activator reports.
final class RecordingReceiver: LoadReceiver {
    private let state = Mutex<(loads: [RevisionLoad], wakes: [Int])>(([], []))

    var loads: [RevisionLoad] { self.state.withLock { $0.loads } }
    var wakes: [Int] { self.state.withLock { $0.wakes } }

    func report(_ loads: [RevisionLoad], from activator: String) {
        self.state.withLock { $0.loads += loads }
    }

    func wake(_ revision: RevisionID, waiting: Int) {
        self.state.withLock { $0.wakes.append(waiting) }
    }
}
