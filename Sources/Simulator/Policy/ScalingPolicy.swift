public import Timekeeping

/// Decides how many replicas services should have, from what it is told and nothing else.
///
/// A value without clock, randomness or I/O of its own: equal calls give equal answers, so a log of calls can be
/// replayed. The engine calls `decide` when `nextWake` comes, and at once when one of the other calls asks for it.
///
/// A policy governs the services it was made for, one or several; every call says which one it is about.
public protocol ScalingPolicy: Sendable {
    /// What the policy wants to hear of; the engine calls nothing else.
    var interests: PolicyInterests { get }

    /// A measurement of one service arrived.
    ///
    /// - Returns: Whether to be asked for a decision at once.
    mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool

    /// Something happened to a request or to a replica.
    ///
    /// - Returns: Whether to be asked for a decision at once.
    mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool

    /// Decides about `view.service`.
    ///
    /// - Parameter actions: Where what is to be done is appended; nothing: all stays as it is.
    mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction])

    /// When to be asked for a decision on the service even if nothing happens; `nil`: not before something does.
    ///
    /// A policy that has nothing to wait for answers `nil`, and the service costs nothing until an event.
    func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant?

    /// When to read the lag of the service's queue again; `nil`: when the scenario says.
    func nextPoll(service: Int, after now: MonotonicInstant) -> MonotonicInstant?

    /// For how long the policy may be left alone with a service, asked right after a decision; `nil`: not at all.
    ///
    /// While a service rests the engine keeps its reports, and hands them over in one go when the rest ends. Whoever
    /// answers must decide then, in `catchUp`, exactly as if nothing had been kept from it.
    mutating func rest(_ view: PolicyView, after now: MonotonicInstant) -> PolicyRest?

    /// A rest is over: hears what was reported, and decides when it would have been asked, before `end`.
    ///
    /// - Parameter view: The service as it was all the time.
    /// - Returns: How often it would have been asked.
    mutating func catchUp(_ kept: KeptReports, view: PolicyView, before end: MonotonicInstant) -> Int

    /// Why the last decision about the service was as it was, one sentence with the numbers.
    func explanation(service: Int) -> String

    /// A policy that would answer from now on as this one would.
    ///
    /// For a value that is a copy of it, which is the default.
    func snapshot() -> any ScalingPolicy
}

extension ScalingPolicy {
    public var interests: PolicyInterests { [.samples] }

    public mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool { false }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool { false }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? { nil }

    public func nextPoll(service: Int, after now: MonotonicInstant) -> MonotonicInstant? { nil }

    public mutating func rest(_ view: PolicyView, after now: MonotonicInstant) -> PolicyRest? { nil }

    public mutating func catchUp(_ kept: KeptReports, view: PolicyView, before end: MonotonicInstant) -> Int { 0 }

    public func explanation(service: Int) -> String { "" }

    public func snapshot() -> any ScalingPolicy { self }
}

/// What a policy wants to be told.
public struct PolicyInterests: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Reports of the metric pipeline, and polls of a queue's lag.
    public static let samples = PolicyInterests(rawValue: 1)
    /// Every request that arrives.
    public static let arrivals = PolicyInterests(rawValue: 2)
    /// Every request that finds no replica to go to.
    public static let waits = PolicyInterests(rawValue: 4)
    /// The first request that waits, and every doubling of the queue: what the live activator tells.
    public static let wakes = PolicyInterests(rawValue: 8)
    /// Every request that is done.
    public static let completions = PolicyInterests(rawValue: 16)
    /// The moment when the last request of a service is done.
    public static let idleness = PolicyInterests(rawValue: 32)
    /// Replicas that are ordered, become ready, fail, or go.
    public static let replicas = PolicyInterests(rawValue: 64)
}
