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

    private struct Replica: Sendable {
        let id: ReplicaID
        var state: ReplicaState
        var inFlight = 0
    }

    public private(set) var limits: Limits
    private var replicas: [Replica] = []
    private var queue: WaitingQueue
    private var meter: LoadMeter
    /// Where the next search for the least loaded replica begins, so that equals take turns.
    private var turn = 0
    private var lastReplica: UInt32 = 0

    public init(limits: Limits, now: MonotonicInstant) {
        self.limits = limits
        self.queue = WaitingQueue(capacity: limits.queueCapacity)
        self.meter = LoadMeter(now: now)
    }

    // MARK: Requests

    public mutating func requestArrived(now: MonotonicInstant) -> Admission {
        // Those who wait go first: a newcomer must not slip past them.
        if self.queue.isEmpty, let position = self.leastLoaded() {
            self.meter.requestArrived(now: now)
            self.replicas[position].inFlight += 1
            return .proceed(self.replicas[position].id)
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
        if let position = self.leastLoaded() {
            self.meter.requestRejoined(now: now)
            self.replicas[position].inFlight += 1
            return (.proceed(self.replicas[position].id), release.isDrained)
        }
        let isFirst = self.queue.isEmpty
        self.meter.requestRejoined(now: now)
        return (.wait(self.queue.joinFront(), isFirst: isFirst), release.isDrained)
    }

    // MARK: Replicas

    /// A replica exists but is not known to serve yet.
    public mutating func replicaAppeared() -> ReplicaID {
        self.lastReplica &+= 1
        let id = ReplicaID(number: self.lastReplica)
        self.replicas.append(Replica(id: id, state: .starting))
        return id
    }

    /// A replica answers: those who wait may go there, in order.
    public mutating func replicaBecameReady(_ id: ReplicaID) -> [Grant] {
        guard let position = self.position(of: id), self.replicas[position].state != .draining else { return [] }
        self.replicas[position].state = .ready
        return self.grantWaiting()
    }

    /// A replica could not be reached: nothing new goes there until it answers again.
    public mutating func replicaSuspected(_ id: ReplicaID) {
        guard let position = self.position(of: id), self.replicas[position].state == .ready else { return }
        self.replicas[position].state = .suspect
    }

    /// A replica is to go: it finishes what it has and gets nothing new.
    ///
    /// - Returns: Whether it holds nothing already.
    public mutating func replicaDraining(_ id: ReplicaID) -> Bool {
        guard let position = self.position(of: id) else { return true }
        self.replicas[position].state = .draining
        return self.replicas[position].inFlight == 0
    }

    /// A replica is gone.
    ///
    /// Requests that it still holds release their places later without effect.
    public mutating func replicaRemoved(_ id: ReplicaID) {
        guard let position = self.position(of: id) else { return }
        self.replicas.remove(at: position)
    }

    /// New limits hold from now on; requests beyond a lowered limit finish where they are.
    public mutating func limitsChanged(_ limits: Limits) -> [Grant] {
        self.limits = limits
        self.queue.capacity = limits.queueCapacity
        return self.grantWaiting()
    }

    // MARK: Observation

    public var waiting: Int { self.queue.count }
    /// Requests that are here, waiting or with a replica.
    public var concurrency: Int { self.meter.concurrency }
    public var hasReadyReplica: Bool { self.replicas.contains { $0.state == .ready } }
    public var replicaCount: Int { self.replicas.count }

    public var replicaLoads: [ReplicaLoad] {
        self.replicas.map { ReplicaLoad(id: $0.id, state: $0.state, inFlight: $0.inFlight) }
    }

    /// Ends the interval since the last report.
    public mutating func takeInterval(now: MonotonicInstant) -> LoadInterval {
        self.meter.takeInterval(now: now)
    }

    // MARK: Choice

    /// The ready replica with the fewest requests and room for one more; equals take turns.
    private mutating func leastLoaded() -> Int? {
        let count = self.replicas.count
        guard count > 0 else { return nil }
        let limit = self.limits.containerConcurrency == 0 ? Int.max : self.limits.containerConcurrency
        var best: Int?
        var bestLoad = limit
        var position = self.turn < count ? self.turn : 0
        for _ in 0..<count {
            if self.replicas[position].state == .ready, self.replicas[position].inFlight < bestLoad {
                best = position
                bestLoad = self.replicas[position].inFlight
                if bestLoad == 0 { break }
            }
            position += 1
            if position == count { position = 0 }
        }
        if let best { self.turn = best + 1 }
        return best
    }

    private mutating func grantWaiting() -> [Grant] {
        var grants: [Grant] = []
        while !self.queue.isEmpty, let position = self.leastLoaded(), let ticket = self.queue.takeFirst() {
            self.replicas[position].inFlight += 1
            grants.append(Grant(ticket: ticket, replica: self.replicas[position].id))
        }
        return grants
    }

    private mutating func release(_ id: ReplicaID) -> Release {
        guard let position = self.position(of: id) else { return Release(grant: nil, isDrained: false) }
        self.replicas[position].inFlight -= 1
        precondition(self.replicas[position].inFlight >= 0, "replica \(id.number) released more than it held")
        let isDrained = self.replicas[position].state == .draining && self.replicas[position].inFlight == 0
        guard !self.queue.isEmpty, let target = self.leastLoaded(), let ticket = self.queue.takeFirst() else {
            return Release(grant: nil, isDrained: isDrained)
        }
        self.replicas[target].inFlight += 1
        return Release(grant: Grant(ticket: ticket, replica: self.replicas[target].id), isDrained: isDrained)
    }

    private func position(of id: ReplicaID) -> Int? {
        self.replicas.firstIndex { $0.id == id }
    }
}
