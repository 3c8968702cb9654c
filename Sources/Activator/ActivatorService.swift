public import KubernetesClient
public import Logging
import NIOCore
import NIOPosix
import RoutingCore
public import ServiceLifecycle
public import ServingAPI
public import Telemetry
import Timekeeping

/// The reverse proxy on the request path: routes, holds requests while a service is at zero, measures concurrency.
///
/// ```swift
/// let activator = ActivatorService(settings: settings, api: api, receiver: autoscaler, feed: feed, log: log)
/// let port = try await activator.bind()
/// try await activator.run()
/// ```
public final class ActivatorService: Service {
    private let settings: ActivatorSettings
    private let api: any KubernetesAPI
    private let receiver: any LoadReceiver
    private let feed: ActivityFeed
    private let log: Logger
    private let group: MultiThreadedEventLoopGroup
    private let loops: [ProxyLoop]
    private let listeners = ListenerSet()
    private let directory = RevisionDirectory()
    private let drainNotifier: DrainNotifier
    private let identity: String

    /// - Parameter identity: How this activator signs its reports; differs between activators.
    public init(
        settings: ActivatorSettings,
        api: any KubernetesAPI,
        receiver: any LoadReceiver,
        feed: ActivityFeed,
        log: Logger,
        identity: String = "activator"
    ) {
        self.settings = settings
        self.api = api
        self.receiver = receiver
        self.feed = feed
        self.log = log
        self.identity = identity
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loopCount)
        self.group = group
        self.loops = group.makeIterator().map { ProxyLoop(eventLoop: $0, settings: settings) }
        self.drainNotifier = DrainNotifier(api: api, log: log)
    }

    /// Begins to listen; requests find no route until `run` has heard of some.
    ///
    /// - Returns: The port, which the kernel chose if the settings leave it open.
    public func bind() async throws -> Int {
        for loop in self.loops { loop.start() }
        return try await self.listeners.bind(self.loops, settings: self.settings)
    }

    /// Serves until it is shut down, then lets requests finish for as long as the settings allow.
    public func run() async throws {
        let board = self.makeBoard()
        await withTaskGroup(of: Void.self) { work in
            self.follow(.revision, in: &work) { await board.revisionsChanged($0) }
            self.follow(.route, in: &work) { await board.routesChanged($0) }
            self.follow(.pod, in: &work) { await board.podsChanged($0) }
            work.addTask { await self.drainNotifier.run() }
            work.addTask { await self.reportLoad() }
            // In this task, so that nothing else that ends can cut it short.
            await self.drainOnShutdown()
            work.cancelAll()
        }
        try await self.group.shutdownGracefully()
    }

    private func follow(
        _ type: ResourceType,
        in tasks: inout TaskGroup<Void>,
        onChange: @escaping @Sendable ([InformerChange]) async -> Void
    ) {
        let informer = Informer(api: self.api, type: type, log: self.log)
        tasks.addTask {
            // Also while draining: replicas come and go until the last request is done.
            await informer.run(onChange: onChange)
        }
    }

    private func makeBoard() -> RoutingBoard {
        let receiver = self.receiver
        let notifier = self.drainNotifier
        let feed = self.feed
        let holder = BoardHolder()
        let notices = RevisionRuntime.Notices(
            wake: { runtime, waiting, hasReadyReplica in
                receiver.wake(runtime.id, waiting: waiting)
                guard !hasReadyReplica, waiting == 1 else { return }
                feed.publish(
                    .requestWaiting,
                    subject: "\(runtime.id.namespace)/\(runtime.service)",
                    message: "A request waits: no replica is ready."
                )
            },
            drained: { runtime, endpoint in
                notifier.drained(ObjectKey(namespace: runtime.id.namespace, name: endpoint.podName))
            },
            suspected: { _, endpoint in
                guard let board = holder.board else { return }
                Task { await board.suspected(endpoint) }
            },
            coldStarted: { runtime, coldStart, seconds in
                feed.publish(
                    .coldStartServed,
                    subject: "\(runtime.id.namespace)/\(runtime.service)",
                    message: "First answer after \(Int((seconds * 1000).rounded())) ms from a cold start.",
                    fields: ["timing": coldStart.timing]
                )
            }
        )
        let board = RoutingBoard(
            loops: self.loops,
            notices: notices,
            directory: self.directory,
            feed: feed,
            log: self.log
        )
        holder.board = board
        return board
    }

    // MARK: Reports

    private func reportLoad() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(self.settings.reportIntervalSeconds))
            let now = MonotonicClock.now()
            let loads = self.directory.all.compactMap { $0.takeLoad(now: now) }
            // Also when there is nothing to say: silence means that the activator is gone, not that it is idle.
            self.receiver.report(loads, from: self.identity)
        }
    }

    /// What a revision holds at this moment; `nil` when it is not known here.
    public func present(_ revision: RevisionID) -> (waiting: Int, inFlight: Int)? {
        self.directory.runtime(revision).map { ($0.present.waiting, $0.present.inFlight) }
    }

    /// The metrics of this activator; register it with the registry.
    public var collector: any MetricsCollector {
        ActivatorCollector(loops: self.loops, directory: self.directory)
    }

    // MARK: Shutdown

    private func drainOnShutdown() async {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: there is no time to drain.
        }
        await self.listeners.close()
        let drained = self.loops.map { $0.drain() }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for future in drained { try? await future.get() } }
            tasks.addTask { try? await Task.sleep(for: .seconds(self.settings.drainTimeoutSeconds)) }
            await tasks.next()
            tasks.cancelAll()
            for loop in self.loops { loop.abort() }
        }
    }
}
