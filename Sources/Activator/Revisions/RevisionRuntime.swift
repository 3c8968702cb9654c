import RoutingCore
import ServingAPI
import Synchronization
import Timekeeping

/// Who waits for a replica, and on which event loop.
///
/// Sent between threads though the connection is bound to its loop: other threads only carry the reference back there.
struct Waiter: @unchecked Sendable {
    let connection: ClientConnection
    let since: MonotonicInstant
}

/// A waiting request got a replica.
struct WaiterGrant: Sendable {
    let waiter: Waiter
    let ticket: Ticket
    let endpoint: ReplicaEndpoint
}

/// One revision as all event loops share it: the dispatcher behind a lock, who waits, and where its replicas are.
///
/// The lock is held for a few hundred nanoseconds twice a request. It buys what separate books per loop cannot give: a
/// concurrency limit that holds exactly, one queue for all, and the least loaded replica of all.
final class RevisionRuntime: Sendable {
    enum Admission {
        case proceed(ReplicaEndpoint)
        case wait(Ticket)
        case rejectQueueFull(waiting: Int)
    }

    fileprivate struct State {
        var dispatcher: RevisionDispatcher
        var endpoints: [ReplicaID: ReplicaEndpoint] = [:]
        var waiters: [Ticket: Waiter] = [:]
        var wakes = WakeRule()
        var hadLoad = true
    }

    /// What happened and must be told outside of the lock.
    struct Notices: Sendable {
        let wake: @Sendable (RevisionRuntime, _ waiting: Int, _ hasReadyReplica: Bool) -> Void
        let drained: @Sendable (RevisionRuntime, ReplicaEndpoint) -> Void
        let suspected: @Sendable (RevisionRuntime, ReplicaEndpoint) -> Void
        /// The first answer after a cold start is out, so many seconds after its request came.
        let coldStarted: @Sendable (RevisionRuntime, ColdStart, _ seconds: Double) -> Void
    }

    let id: RevisionID
    /// The InferenceService that the revision belongs to.
    let service: String
    private let notices: Notices
    private let state: Mutex<State>

    init(id: RevisionID, service: String, limits: RevisionDispatcher.Limits, notices: Notices, now: MonotonicInstant) {
        self.id = id
        self.service = service
        self.notices = notices
        self.state = Mutex(State(dispatcher: RevisionDispatcher(limits: limits, now: now)))
    }

    // MARK: Requests

    func requestArrived(_ connection: ClientConnection, now: MonotonicInstant) -> Admission {
        let waiter = Waiter(connection: connection, since: now)
        let (admission, wake) = self.state.withLock { state in
            let admission = state.dispatcher.requestArrived(now: now)
            return state.admit(admission, waiter: waiter, now: now)
        }
        if let wake { self.notices.wake(self, wake.waiting, wake.hasReadyReplica) }
        return admission
    }

    /// The request could not reach the replica that it was given.
    func requestFailedToConnect(
        _ connection: ClientConnection,
        to endpoint: ReplicaEndpoint,
        since: MonotonicInstant,
        now: MonotonicInstant
    ) -> Admission {
        let waiter = Waiter(connection: connection, since: since)
        let (admission, wake, isDrained) = self.state.withLock { state in
            let outcome = state.dispatcher.requestFailedToConnect(on: endpoint.id, now: now)
            let (admission, wake) = state.admit(outcome.admission, waiter: waiter, now: now)
            return (admission, wake, outcome.isDrained)
        }
        self.notices.suspected(self, endpoint)
        if isDrained { self.notices.drained(self, endpoint) }
        if let wake { self.notices.wake(self, wake.waiting, wake.hasReadyReplica) }
        return admission
    }

    /// - Returns: `false` when a replica was granted in the meantime: the place is then on its way to the waiter.
    func waiterLeft(_ ticket: Ticket, now: MonotonicInstant) -> Bool {
        self.state.withLock { state in
            guard state.dispatcher.waiterLeft(ticket, now: now) else { return false }
            state.waiters[ticket] = nil
            return true
        }
    }

    func requestFinished(on endpoint: ReplicaEndpoint, now: MonotonicInstant) {
        let (grant, isDrained) = self.state.withLock { state in
            let release = state.dispatcher.requestFinished(on: endpoint.id, now: now)
            return (release.grant.flatMap { state.accept($0) }, release.isDrained)
        }
        if isDrained { self.notices.drained(self, endpoint) }
        if let grant { Self.deliver([grant]) }
    }

    /// Whether replicas may hold only so many requests at once.
    var hasConcurrencyLimit: Bool { self.state.withLock { $0.dispatcher.limits.containerConcurrency > 0 } }

    // MARK: Replicas

    func replicaAppeared(make: (ReplicaID) -> ReplicaEndpoint) -> ReplicaEndpoint {
        self.state.withLock { state in
            let endpoint = make(state.dispatcher.replicaAppeared())
            state.endpoints[endpoint.id] = endpoint
            return endpoint
        }
    }

    func replicaBecameReady(_ endpoint: ReplicaEndpoint) {
        Self.deliver(
            self.state.withLock { state in
                state.dispatcher.replicaBecameReady(endpoint.id).compactMap { state.accept($0) }
            }
        )
    }

    /// The replica could not be reached: nothing goes there until it answers again.
    func replicaSuspected(_ endpoint: ReplicaEndpoint) {
        self.state.withLock { $0.dispatcher.replicaSuspected(endpoint.id) }
        self.notices.suspected(self, endpoint)
    }

    /// - Returns: Whether the replica holds nothing already.
    func replicaDraining(_ endpoint: ReplicaEndpoint) -> Bool {
        self.state.withLock { $0.dispatcher.replicaDraining(endpoint.id) }
    }

    func replicaRemoved(_ endpoint: ReplicaEndpoint) {
        self.state.withLock { state in
            state.dispatcher.replicaRemoved(endpoint.id)
            state.endpoints[endpoint.id] = nil
        }
    }

    func limitsChanged(_ limits: RevisionDispatcher.Limits) {
        Self.deliver(
            self.state.withLock { state in
                guard state.dispatcher.limits != limits else { return [] }
                return state.dispatcher.limitsChanged(limits).compactMap { state.accept($0) }
            }
        )
    }

    /// The revision is gone: everyone who waits must be told.
    func takeAllWaiters(now: MonotonicInstant) -> [Waiter] {
        self.state.withLock { state in
            let waiters = state.waiters
            for ticket in waiters.keys { _ = state.dispatcher.waiterLeft(ticket, now: now) }
            state.waiters = [:]
            return Array(waiters.values)
        }
    }

    func coldStarted(_ coldStart: ColdStart, answeredAfter seconds: Double) {
        self.notices.coldStarted(self, coldStart, seconds)
    }

    // MARK: Observation

    /// Ends the interval since the last report; `nil` when there is nothing to say: no replicas, no load, twice in a row.
    func takeLoad(now: MonotonicInstant) -> RevisionLoad? {
        self.state.withLock { state in
            let interval = state.dispatcher.takeInterval(now: now)
            let waiting = state.dispatcher.waiting
            let concurrency = state.dispatcher.concurrency
            let loads = state.dispatcher.replicaLoads
            let hasLoad = interval.arrivals > 0 || interval.averageConcurrency > 0 || concurrency > 0
            defer { state.hadLoad = hasLoad }
            guard hasLoad || state.hadLoad || !loads.isEmpty else { return nil }
            return RevisionLoad(
                revision: self.id,
                intervalSeconds: interval.seconds,
                averageConcurrency: interval.averageConcurrency,
                requestsPerSecond: interval.seconds > 0 ? Double(interval.arrivals) / interval.seconds : 0,
                waiting: waiting,
                inFlight: concurrency - waiting,
                replicas: loads.compactMap { load in
                    state.endpoints[load.id].map {
                        ReplicaInFlight(podName: $0.podName, inFlight: load.inFlight, isReady: load.state == .ready)
                    }
                }
            )
        }
    }

    /// Waiting requests, requests with replicas, and whether some replica is ready, now.
    var present: (waiting: Int, inFlight: Int, hasReadyReplica: Bool) {
        self.state.withLock { state in
            let waiting = state.dispatcher.waiting
            return (waiting, state.dispatcher.concurrency - waiting, state.dispatcher.hasReadyReplica)
        }
    }

    // MARK: Delivery

    private static func deliver(_ grants: [WaiterGrant]) {
        guard let first = grants.first else { return }
        if grants.count == 1 {
            first.waiter.connection.loop.deliver([first])
            return
        }
        for (_, group) in Dictionary(grouping: grants, by: { ObjectIdentifier($0.waiter.connection.loop) }) {
            group.first?.waiter.connection.loop.deliver(group)
        }
    }
}

/// How long a queue is that has just begun or doubled.
private typealias Wake = (waiting: Int, hasReadyReplica: Bool)

extension RevisionRuntime.State {
    fileprivate mutating func admit(
        _ admission: RevisionDispatcher.Admission,
        waiter: Waiter,
        now: MonotonicInstant
    ) -> (RevisionRuntime.Admission, Wake?) {
        switch admission {
        case .proceed(let replica):
            guard let endpoint = self.endpoints[replica] else { preconditionFailure("a replica without an address") }
            return (.proceed(endpoint), nil)
        case .wait(let ticket, let isFirst):
            self.waiters[ticket] = waiter
            return (.wait(ticket), self.wake(isFirst: isFirst, now: now))
        case .rejectQueueFull:
            return (.rejectQueueFull(waiting: self.dispatcher.waiting), nil)
        }
    }

    private mutating func wake(isFirst: Bool, now: MonotonicInstant) -> Wake? {
        let waiting = self.dispatcher.waiting
        let hasReadyReplica = self.dispatcher.hasReadyReplica
        guard self.wakes.isDue(waiting: waiting, isFirst: isFirst, hasReadyReplica: hasReadyReplica, now: now) else {
            return nil
        }
        return (waiting, hasReadyReplica)
    }

    fileprivate mutating func accept(_ grant: RevisionDispatcher.Grant) -> WaiterGrant? {
        guard let waiter = self.waiters.removeValue(forKey: grant.ticket), let endpoint = self.endpoints[grant.replica]
        else { preconditionFailure("a grant without waiter or address") }
        return WaiterGrant(waiter: waiter, ticket: grant.ticket, endpoint: endpoint)
    }
}
