import KubernetesClient
import Telemetry

/// Reads the status, at most once in a short while however many ask.
actor StatusService {
    private let api: any KubernetesAPI
    private let loads: any LiveLoadProvider
    private let triggers: any LiveTriggerProvider
    private let feed: ActivityFeed
    private let version: String
    private let history: LoadHistory
    /// A status younger than this is good enough for the next who asks.
    private let freshness: Duration
    private var latest: Task<PlatformStatus, any Error>?
    private var latestAge: ContinuousClock.Instant?

    init(
        api: any KubernetesAPI,
        loads: any LiveLoadProvider,
        triggers: any LiveTriggerProvider,
        feed: ActivityFeed,
        version: String,
        history: LoadHistory,
        freshness: Duration = .milliseconds(200)
    ) {
        self.api = api
        self.loads = loads
        self.triggers = triggers
        self.feed = feed
        self.version = version
        self.history = history
        self.freshness = freshness
    }

    /// - Parameter withHistory: With the values of the last minutes.
    func status(withHistory: Bool) async throws -> PlatformStatus {
        let now = ContinuousClock.now
        if let latest, let latestAge, latestAge.duration(to: now) < self.freshness {
            return Self.trimmed(try await latest.value, withHistory: withHistory)
        }
        // Started once and shared; the reader who started it may be gone before it ends.
        let task = Task { try await self.read() }
        self.latest = task
        self.latestAge = now
        return Self.trimmed(try await task.value, withHistory: withHistory)
    }

    private func read() async throws -> PlatformStatus {
        async let services = self.api.list(.inferenceService, namespace: nil, selector: .everything)
        async let revisions = self.api.list(.revision, namespace: nil, selector: .everything)
        async let routes = self.api.list(.route, namespace: nil, selector: .everything)
        async let pods = self.api.list(.pod, namespace: nil, selector: .everything)
        async let deployments = self.api.list(.deployment, namespace: nil, selector: .everything)
        async let scaledObjects = self.api.list(.scaledObject, namespace: nil, selector: .everything)
        async let loads = self.loads.liveLoads()
        async let triggers = self.triggers.liveTriggers()
        let assembler = StatusAssembler(
            services: try await services.items,
            revisions: try await revisions.items,
            routes: try await routes.items,
            pods: try await pods.items,
            deployments: try await deployments.items,
            scaledObjects: try await scaledObjects.items,
            triggers: await triggers,
            loads: await loads,
            activities: self.feed.recent(),
            histories: self.history.values
        )
        return assembler.status(at: .now(), version: self.version)
    }

    private static func trimmed(_ status: PlatformStatus, withHistory: Bool) -> PlatformStatus {
        guard !withHistory else { return status }
        var status = status
        for service in status.services.indices {
            for revision in status.services[service].revisions.indices {
                status.services[service].revisions[revision].history = []
            }
        }
        return status
    }
}
