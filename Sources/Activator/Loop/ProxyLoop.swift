import HTTPWire
import NIOCore
import NIOPosix
import RoutingCore
import ServingAPI
import Telemetry
import Timekeeping

/// Everything that belongs to one event loop: its routes, its connections to replicas, its meters and scratch space.
///
/// Crosses threads as a reference only: whatever is not a constant is touched on `eventLoop` alone, and the methods
/// that other threads may call (`apply`, `deliver`, `drain`, `meterValues`) hop there first.
final class ProxyLoop: @unchecked Sendable {
    let eventLoop: any EventLoop
    let settings: ActivatorSettings
    let wheel: DeadlineWheel
    /// Scratch for the head of the request that is being handled; never holds anything across events.
    let requestHead: RequestHeadBox
    /// Scratch for the head of the response that is being handled.
    let responseHead: ResponseHeadBox
    let headLimits: HeadLimits
    /// Scratch for what is written next.
    ///
    /// Once the kernel has taken the bytes, the same memory serves again.
    var scratch = ByteBufferAllocator().buffer(capacity: 4096)
    /// The time, read once an event: everything that one event leads to happens at one time.
    private(set) var now = MonotonicClock.now()
    private(set) var isDraining = false

    private var table = RouteTable([])
    private var routes: [LoopRoute] = []
    private var meters: [RevisionID: (service: String, meters: RevisionMeters)] = [:]
    private var pools: [ObjectIdentifier: UpstreamPool] = [:]
    private var clients: [ObjectIdentifier: ClientConnection] = [:]
    private var drained: EventLoopPromise<Void>?
    private var generator: SystemRandomNumberGenerator = .init()
    private(set) var unrouted = RevisionMeters()
    private(set) var connectionsRefused: UInt64 = 0

    init(eventLoop: any EventLoop, settings: ActivatorSettings) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.headLimits = HeadLimits(
            headBytes: settings.maximumHeadBytes,
            fieldCount: settings.maximumHeaderCount,
            targetBytes: settings.maximumTargetBytes
        )
        self.requestHead = RequestHeadBox(limits: self.headLimits)
        self.responseHead = ResponseHeadBox(limits: HeadLimits(headBytes: 65_535, fieldCount: 256))
        self.wheel = DeadlineWheel(now: MonotonicClock.now())
    }

    /// Starts the ticking of deadlines.
    func start() {
        self.eventLoop.scheduleRepeatedTask(
            initialDelay: .nanoseconds(DeadlineWheel.tickNanoseconds),
            delay: .nanoseconds(DeadlineWheel.tickNanoseconds)
        ) { [weak self] task in
            guard let self else { return task.cancel() }
            self.readClock()
            self.wheel.advance(to: self.now)
        }
    }

    /// To be called where an event comes in.
    func readClock() {
        self.now = MonotonicClock.now()
    }

    // MARK: Routes

    /// Replaces the routes; requests under way keep what they have.
    func apply(_ snapshot: RoutingSnapshot) {
        self.eventLoop.execute {
            self.table = snapshot.table
            self.routes = snapshot.routes.map { route in
                LoopRoute(targets: route.targets.map { self.target(for: $0) })
            }
        }
    }

    /// The revision that a request goes to, and how much of its path is taken off; `nil` when there is no route.
    func route(host: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer) -> (LoopTarget, strippedPrefix: Int)? {
        guard let match = self.table.route(host: host, path: path) else { return nil }
        let route = self.routes[match.route]
        guard let target = route.targets.count == 1 ? route.targets[0] : self.draw(from: route) else { return nil }
        return (target, match.strippedPrefixLength)
    }

    private func draw(from route: LoopRoute) -> LoopTarget? {
        let total = route.targets.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return route.targets.first }
        var ticket = Int.random(in: 0..<total, using: &self.generator)
        return route.targets.first { target in
            ticket -= target.weight
            return ticket < 0
        }
    }

    private func target(for target: RoutingSnapshot.Target) -> LoopTarget {
        let id = target.runtime.id
        let meters = self.meters[id]?.meters ?? RevisionMeters()
        self.meters[id] = (target.runtime.service, meters)
        return LoopTarget(
            runtime: target.runtime,
            meters: meters,
            timeouts: target.timeouts,
            weight: target.weight
        )
    }

    // MARK: Waiting requests

    /// Hands replicas to requests that wait on this loop.
    func deliver(_ grants: [WaiterGrant]) {
        // Even from this very loop in a turn of its own: the giver is in the middle of finishing a request.
        self.eventLoop.execute {
            self.readClock()
            for grant in grants { grant.waiter.connection.granted(grant.ticket, grant.endpoint) }
        }
    }

    // MARK: Connections to replicas

    func takeIdleUpstream(to endpoint: ReplicaEndpoint) -> UpstreamConnection? {
        guard let pool = self.pools[ObjectIdentifier(endpoint)] else { return nil }
        while let upstream = pool.take() {
            if upstream.isUsable { return upstream }
        }
        return nil
    }

    func keepIdle(_ upstream: UpstreamConnection) {
        let key = ObjectIdentifier(upstream.endpoint)
        let pool = self.pools[key] ?? UpstreamPool(endpoint: upstream.endpoint)
        self.pools[key] = pool
        guard !self.isDraining, pool.keep(upstream, limit: self.settings.maximumIdleUpstreamsPerReplica) else {
            upstream.close()
            return
        }
        let timeout = Int64(self.settings.upstreamIdleTimeoutSeconds * 1e9)
        self.wheel.set(upstream, at: self.now.advanced(byNanoseconds: timeout))
    }

    func forgetIdle(_ upstream: UpstreamConnection) {
        let key = ObjectIdentifier(upstream.endpoint)
        guard let pool = self.pools[key] else { return }
        pool.remove(upstream)
        if pool.isEmpty { self.pools[key] = nil }
    }

    /// The replica is going: idle connections to it are closed.
    func closeIdle(to endpoint: ReplicaEndpoint) {
        self.eventLoop.execute { self.dropIdle(to: endpoint) }
    }

    /// As above, on this loop: what is idle towards a replica that broke off is not to be trusted either.
    func dropIdle(to endpoint: ReplicaEndpoint) {
        guard let pool = self.pools.removeValue(forKey: ObjectIdentifier(endpoint)) else { return }
        for upstream in pool.takeAll() { upstream.close() }
    }

    func connect(to endpoint: ReplicaEndpoint) -> EventLoopFuture<UpstreamConnection> {
        let upstream = UpstreamConnection(endpoint: endpoint, loop: self)
        return ClientBootstrap(group: self.eventLoop)
            .connectTimeout(.nanoseconds(Int64(self.settings.connectTimeoutSeconds * 1e9)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(
                .writeBufferWaterMark,
                value: .init(low: self.settings.writeBufferBytes / 2, high: self.settings.writeBufferBytes)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(upstream) }
            }
            .connect(to: endpoint.address)
            .map { _ in upstream }
    }

    // MARK: Clients

    /// - Returns: `false` when the loop has as many connections as it may.
    func clientConnected(_ client: ClientConnection) -> Bool {
        guard self.clients.count < self.settings.maximumConnectionsPerLoop else {
            self.connectionsRefused &+= 1
            return false
        }
        self.clients[ObjectIdentifier(client)] = client
        return true
    }

    func clientDisconnected(_ client: ClientConnection) {
        self.clients[ObjectIdentifier(client)] = nil
        if self.isDraining, self.clients.isEmpty { self.drained?.succeed() }
    }

    /// Closes idle connections, lets the others finish, and succeeds once none is left.
    func drain() -> EventLoopFuture<Void> {
        let promise = self.eventLoop.makePromise(of: Void.self)
        self.eventLoop.execute {
            self.isDraining = true
            self.drained = promise
            for client in self.clients.values { client.closeIfIdle() }
            if self.clients.isEmpty { promise.succeed() }
        }
        return promise.futureResult
    }

    /// Closes everything that is left.
    func abort() {
        self.eventLoop.execute {
            for client in self.clients.values { client.abort() }
            for pool in self.pools.values { for upstream in pool.takeAll() { upstream.close() } }
        }
    }

    // MARK: Observation

    /// A copy of what this loop has counted.
    func meterValues() -> EventLoopFuture<LoopMeterValues> {
        self.eventLoop.submit {
            LoopMeterValues(
                revisions: self.meters.map { id, entry in (id, entry.service, entry.meters.values) },
                unrouted: self.unrouted.values,
                openConnections: self.clients.count,
                connectionsRefused: self.connectionsRefused,
                idleUpstreams: self.pools.values.reduce(0) { $0 + $1.count }
            )
        }
    }
}

/// A copy of what one loop has counted since its start.
struct LoopMeterValues: Sendable {
    let revisions: [(id: RevisionID, service: String, values: RevisionMeters.Values)]
    /// Requests that never found a revision.
    let unrouted: RevisionMeters.Values
    let openConnections: Int
    let connectionsRefused: UInt64
    let idleUpstreams: Int
}

/// A route as one loop uses it.
struct LoopRoute {
    let targets: [LoopTarget]
}

/// A revision as one loop sends requests to it.
final class LoopTarget {
    let runtime: RevisionRuntime
    let meters: RevisionMeters
    let timeouts: RevisionTimeouts
    let weight: Int

    init(runtime: RevisionRuntime, meters: RevisionMeters, timeouts: RevisionTimeouts, weight: Int) {
        self.runtime = runtime
        self.meters = meters
        self.timeouts = timeouts
        self.weight = weight
    }
}
