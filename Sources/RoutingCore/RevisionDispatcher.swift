public import Timekeeping

/// Decides who may pass to which replica of a revision, and who waits: a state machine without clock or I/O.
///
/// Whoever drives it tells it what happened and carries out what it returns. The live activator and the simulator
/// drive the same one. Invariants, checked by tests on random histories:
/// - with a concurrency limit, no replica ever holds more requests than the limit, not for a moment;
/// - nobody waits while a ready replica has room;
/// - those who wait are served in the order in which they came;
/// - a draining or suspect replica gets nothing new.
public struct RevisionDispatcher: Sendable {
    public struct Limits: Sendable, Equatable {
        /// Requests a replica may hold at once; zero is no limit.
        public var containerConcurrency: Int
        /// Requests that may wait.
        public var queueCapacity: Int

        public init(containerConcurrency: Int, queueCapacity: Int) {
            precondition(containerConcurrency >= 0 && queueCapacity >= 0, "\(containerConcurrency), \(queueCapacity)")
            self.containerConcurrency = containerConcurrency
            self.queueCapacity = queueCapacity
        }
    }

    /// The answer to a request that arrives.
    public enum Admission: Sendable, Equatable {
        /// Go to this replica; the place there is taken.
        case proceed(ReplicaID)
        /// Wait. `isFirst` when nobody waited before: the moment to wake the autoscaler.
        case wait(Ticket, isFirst: Bool)
        case rejectQueueFull
    }

    /// A waiting request may go to a replica; the place there is taken.
    public struct Grant: Sendable, Equatable {
        public let ticket: Ticket
        public let replica: ReplicaID

        public init(ticket: Ticket, replica: ReplicaID) {
            self.ticket = ticket
            self.replica = replica
        }
    }

    /// What follows from a place that became free.
    public struct Release: Sendable, Equatable {
        public let grant: Grant?
        /// The replica was draining and holds nothing any more.
        public let isDrained: Bool
    }

    public private(set) var limits: Limits
    private var replicas: ReplicaPool
    private var queue: WaitingQueue
    private var meter: LoadMeter

    /// - Parameter choice: Which of several replicas with room gets a request.
    public init(limits: Limits, choice: ReplicaChoice = .leastLoaded, now: MonotonicInstant) {
        self.limits = limits
        self.replicas = ReplicaPool(choice: choice, limit: limits.containerConcurrency)
        self.queue = WaitingQueue(capacity: limits.queueCapacity)
        self.meter = LoadMeter(now: now)
    }

    // MARK: Requests

    public mutating func requestArrived(now: MonotonicInstant) -> Admission {
        // Those who wait go first: a newcomer must not slip past them.
        if self.queue.isEmpty, let replica = self.replicas.take() {
            self.meter.requestArrived(now: now)
            return .proceed(replica)
        }
        let isFirst = self.queue.isEmpty
        guard let ticket = self.queue.join() else { return .rejectQueueFull }
        self.meter.requestArrived(now: now)
        return .wait(ticket, isFirst: isFirst)
    }

    /// A waiting request gives up: its client went away, or its deadline passed.
    ///
    /// - Returns: `false` when it was granted a replica before; the caller then owns the place and must release it.
    public mutating func waiterLeft(_ ticket: Ticket, now: MonotonicInstant) -> Bool {
        guard self.queue.leave(ticket) else { return false }
        self.meter.requestLeft(now: now)
        return true
    }

    /// A request that had a place has its answer, or never will.
    public mutating func requestFinished(on replica: ReplicaID, now: MonotonicInstant) -> Release {
        self.meter.requestLeft(now: now)
        return self.release(replica)
    }

    /// A request could not reach the replica it was given and looks for another one, keeping its place in the count.
    ///
    /// It goes before those who wait: it was served before them once. The replica it failed on becomes suspect.
    public mutating func requestFailedToConnect(
        on replica: ReplicaID,
        now: MonotonicInstant
    ) -> (admission: Admission, isDrained: Bool) {
        self.replicaSuspected(replica)
        let release = self.release(replica)
        precondition(release.grant == nil, "a suspect replica was granted")
        self.meter.requestLeft(now: now)
        if let other = self.replicas.take() {
            self.meter.requestRejoined(now: now)
            return (.proceed(other), release.isDrained)
        }
        let isFirst = self.queue.isEmpty
        self.meter.requestRejoined(now: now)
        return (.wait(self.queue.joinFront(), isFirst: isFirst), release.isDrained)
    }

    // MARK: Replicas

    /// A replica exists but is not known to serve yet.
    public mutating func replicaAppeared() -> ReplicaID { self.replicas.add() }

    /// A replica answers: those who wait may go there, in order.
    public mutating func replicaBecameReady(_ id: ReplicaID) -> [Grant] {
        guard let state = self.replicas.state(of: id), state != .draining else { return [] }
        self.replicas.setState(.ready, of: id)
        return self.grantWaiting()
    }

    /// A replica could not be reached: nothing new goes there until it answers again.
    public mutating func replicaSuspected(_ id: ReplicaID) {
        guard self.replicas.state(of: id) == .ready else { return }
        self.replicas.setState(.suspect, of: id)
    }

    /// A replica is to go: it finishes what it has and gets nothing new.
    ///
    /// - Returns: Whether it holds nothing already.
    public mutating func replicaDraining(_ id: ReplicaID) -> Bool {
        guard let inFlight = self.replicas.inFlight(of: id) else { return true }
        self.replicas.setState(.draining, of: id)
        return inFlight == 0
    }

    /// A replica is gone.
    ///
    /// Requests that it still holds release their places later without effect.
    public mutating func replicaRemoved(_ id: ReplicaID) { self.replicas.remove(id) }

    /// New limits hold from now on; requests beyond a lowered limit finish where they are.
    public mutating func limitsChanged(_ limits: Limits) -> [Grant] {
        self.limits = limits
        self.queue.capacity = limits.queueCapacity
        self.replicas.limitChanged(limits.containerConcurrency)
        return self.grantWaiting()
    }

    // MARK: Observation

    public var waiting: Int { self.queue.count }
    /// Requests that are here, waiting or with a replica.
    public var concurrency: Int { self.meter.concurrency }
    public var hasReadyReplica: Bool { self.replicas.ready > 0 }
    public var replicaCount: Int { self.replicas.count }

    /// Every replica, in no particular order.
    public var replicaLoads: [ReplicaLoad] { self.replicas.loads }

    /// Requests that a replica holds; `nil` when it is gone.
    public func inFlight(of replica: ReplicaID) -> Int? { self.replicas.inFlight(of: replica) }

    /// Ends the interval since the last report.
    public mutating func takeInterval(now: MonotonicInstant) -> LoadInterval {
        self.meter.takeInterval(now: now)
    }

    // MARK: Choice

    private mutating func grantWaiting() -> [Grant] {
        var grants: [Grant] = []
        while let grant = self.grantFirst() { grants.append(grant) }
        return grants
    }

    /// Sends the first who waits to a replica, if there is one of each.
    private mutating func grantFirst() -> Grant? {
        guard !self.queue.isEmpty, let replica = self.replicas.take() else { return nil }
        guard let ticket = self.queue.takeFirst() else {
            preconditionFailure("nobody waits in a queue that has someone")
        }
        return Grant(ticket: ticket, replica: replica)
    }

    private mutating func release(_ id: ReplicaID) -> Release {
        guard let rest = self.replicas.release(id) else { return Release(grant: nil, isDrained: false) }
        let isDrained = rest == 0 && self.replicas.state(of: id) == .draining
        return Release(grant: self.grantFirst(), isDrained: isDrained)
    }
}
