import Hummingbird
import HummingbirdCore
public import KubernetesClient
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization
public import Telemetry

/// Shows people and programs what runs and why: dashboard, status, events, logs, metrics, and the objects of the API.
///
/// It changes nothing. Streams end on graceful shutdown.
public final class AdministrationServer: Service {
    private let settings: AdministrationSettings
    private let responder: AdministrationResponder
    private let streams: StreamGate
    private let loads: any LiveLoadProvider
    private let history: LoadHistory
    private let log: Logger
    private let onListening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - types: Kinds of objects that are shown under the addresses of Kubernetes.
    ///   - onListening: Called with the port once connections are accepted.
    public init(
        settings: AdministrationSettings,
        api: any KubernetesAPI,
        loads: any LiveLoadProvider,
        triggers: any LiveTriggerProvider = NoLiveTriggers(),
        feed: ActivityFeed,
        metrics: MetricsRegistry,
        logs: any PodLogSource,
        readiness: any ReadinessSource,
        types: [ServedType] = ServedType.standard,
        log: Logger = Logger(label: "administration"),
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.settings = settings
        self.loads = loads
        self.log = log
        self.onListening = onListening
        self.history = LoadHistory()
        self.streams = StreamGate(limit: settings.maximumStreams)
        self.responder = AdministrationResponder(
            hosts: HostGuard(allowedHosts: settings.allowedHosts),
            page: DashboardPage(),
            status: StatusService(
                api: api,
                loads: loads,
                triggers: triggers,
                feed: feed,
                version: settings.version,
                history: self.history
            ),
            events: EventStream(feed: feed),
            streams: self.streams,
            metrics: metrics,
            readiness: readiness,
            logs: LogAnswer(api: api, source: logs, streams: self.streams),
            gateway: KubernetesGateway(
                api: api,
                discovery: Discovery(types: types),
                logs: PodLogAnswer(source: logs, streams: self.streams),
                streams: self.streams,
                version: settings.version
            ),
            log: log
        )
    }

    /// Serves until the enclosing task is cancelled or the program shuts down gracefully.
    ///
    /// - Throws: `AdministrationError` when the address cannot be listened on.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.sampleLoad() }
                defer { group.cancelAll() }
                try await self.serve()
            }
        } onGracefulShutdown: {
            self.streams.close()
        }
    }

    private func serve() async throws {
        let isListening = Mutex(false)
        // One quiet logger for the library: what matters here is logged by the responder.
        var log = self.log
        log.logLevel = max(log.logLevel, .warning)
        let application = Application(
            responder: self.responder,
            server: .http1(configuration: .init(idleTimeout: .seconds(120))),
            configuration: ApplicationConfiguration(
                address: .hostname(self.settings.host, port: self.settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(self.settings.maximumConnections)
            ),
            onServerRunning: { channel in
                isListening.withLock { $0 = true }
                self.onListening(channel.localAddress?.port ?? self.settings.port)
            },
            logger: log
        )
        do {
            try await application.run()
        } catch  where !isListening.withLock({ $0 }) && !(error is CancellationError) {
            throw AdministrationError(address: "\(self.settings.host):\(self.settings.port)", cause: error)
        }
    }

    private func sampleLoad() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            self.history.record(await self.loads.liveLoads())
        }
    }
}
