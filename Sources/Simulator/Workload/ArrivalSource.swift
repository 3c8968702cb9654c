public import SimulationKit
public import Timekeeping

/// A stream of arrivals at one service, read one at a time.
///
/// A source never holds more than it must: a trace is a cursor over what was read, a process computes the next arrival
/// from the last one. A source is a value; a copy goes on from where it was copied.
public protocol ArrivalSource: Sendable {
    /// The next arrival, not before the one before it; `nil` when no more come, and for ever after.
    mutating func next() -> Arrival?
}

/// What makes the arrivals of a service: a trace, or a random process with its parameters.
///
/// A value that belongs to the scenario. Every replication opens a source of its own, and whoever must know the future,
/// such as an oracle, opens another one: equal contexts give equal arrivals.
public protocol ArrivalProcess: Sendable {
    func source(_ context: ArrivalContext) -> any ArrivalSource

    /// Arrivals a second on average as far as it is known beforehand; `nil` when it is not.
    var meanRate: Double? { get }
}

extension ArrivalProcess {
    public var meanRate: Double? { nil }
}

/// For which run and which place in the scenario a source is opened.
public struct ArrivalContext: Sendable, Hashable {
    public var seed: UInt64
    public var replication: Int
    /// Unique to the workload within the scenario, so that two workloads never share random numbers.
    public var entity: Int
    /// Arrivals from here on are not asked for.
    public var horizon: MonotonicInstant

    public init(seed: UInt64, replication: Int, entity: Int, horizon: MonotonicInstant) {
        self.seed = seed
        self.replication = replication
        self.entity = entity
        self.horizon = horizon
    }

    /// The stream for moments of arrival, or another purpose.
    public func stream(_ purpose: RandomPurpose = .arrivals) -> RandomStream {
        RandomStream(seed: self.seed, replication: self.replication, purpose: purpose, entity: self.entity)
    }
}
