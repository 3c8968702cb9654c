public import Timekeeping

/// One decision that changed something, and why.
public struct DecisionRecord: Sendable, Equatable {
    public var at: MonotonicInstant
    public var before: Int
    public var after: Int
    public var ready: Int
    public var starting: Int
    public var waiting: Int
    public var inFlight: Int
    /// One sentence with the numbers.
    public var reason: String
}

/// One start of a replica.
public struct StartRecord: Sendable, Equatable {
    /// Counts the service's replicas from 0.
    public var replica: Int
    public var orderedAt: MonotonicInstant
    /// `nil`: never.
    public var readyAt: MonotonicInstant?
    /// Nanoseconds by `ReplicaPhase.rawValue`.
    public var phases: [Int64]
    /// Name of the node; empty when there are none.
    public var node: String
}

/// One request.
public struct RequestRecord: Sendable, Equatable {
    public var arrivedAt: MonotonicInstant
    /// When a replica began with it; `nil`: never.
    public var startedAt: MonotonicInstant?
    public var endedAt: MonotonicInstant
    public var attempts: Int
    public var isCold: Bool
    /// Counts the service's replicas from 0; -1: none.
    public var replica: Int
    public var failure: RequestFailure?
}
