public import SimulationKit
public import Timekeeping

/// What can be seen of one service at the moment of a decision.
public struct PolicyView: Sendable, Equatable {
    /// Position in the scenario.
    public var service: Int
    /// Replicas that take requests.
    public var ready: Int
    /// Ready replicas that hold no request.
    public var idle: Int
    /// When each replica that is not ready yet was ordered, ascending.
    public var startingSince: [MonotonicInstant]
    public var draining: Int
    /// Requests that wait because no replica can take them, or messages that nobody has fetched.
    public var waiting: Int
    /// Requests that replicas hold.
    public var inFlight: Int
    /// What was asked for last.
    public var desired: Int
    /// When a request was last there; `nil` when none ever was.
    public var lastBusyAt: MonotonicInstant?
    /// Replicas of all services that no node has room for.
    public var unplaced: Int

    public init(
        service: Int,
        ready: Int,
        idle: Int = 0,
        startingSince: [MonotonicInstant] = [],
        draining: Int = 0,
        waiting: Int = 0,
        inFlight: Int = 0,
        desired: Int = 0,
        lastBusyAt: MonotonicInstant? = nil,
        unplaced: Int = 0
    ) {
        self.service = service
        self.ready = ready
        self.idle = idle
        self.startingSince = startingSince
        self.draining = draining
        self.waiting = waiting
        self.inFlight = inFlight
        self.desired = desired
        self.lastBusyAt = lastBusyAt
        self.unplaced = unplaced
    }

    public var starting: Int { self.startingSince.count }
    /// Ready or on the way.
    public var committed: Int { self.ready + self.startingSince.count }
}

/// What a policy wants done.
public enum PolicyAction: Sendable, Equatable {
    /// So many replicas, ready or on the way; the engine keeps to the service's bounds.
    ///
    /// Fewer than there are: those go that `ReplicaCandidate.victims` names, after they have finished what they hold.
    case setReplicas(Int, service: Int)
    /// At least so many replicas, ordered at that moment.
    case preWarm(Int, at: MonotonicInstant, service: Int)
    /// From now on a replica that has held no request for so long goes, one by one, down to the service's minimum.
    ///
    /// `nil`: replicas do not go by themselves.
    case expireIdle(afterSeconds: Double?, service: Int)
    /// The same with a length that is drawn for every idle period.
    case expireIdleAtRandom(Distribution, service: Int)
    /// At least so many nodes in the pool, by its name, until told otherwise.
    case reserveNodes(Int, pool: String)
}
