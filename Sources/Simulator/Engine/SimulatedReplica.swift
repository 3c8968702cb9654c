import RoutingCore
import SimulationKit

/// One replica from its order until it is gone.
struct SimulatedReplica {
    var service: UInt32 = 0
    /// Counts the service's replicas from 0, and keys its random numbers.
    var ordinal = 0
    /// What the dispatcher calls it; `nil` for a consumer of a queue.
    var id: ReplicaID?
    var phase = ReplicaPhase.pending
    /// When the phase began.
    var since: Int64 = 0
    var orderedAt: Int64 = 0
    /// Nanoseconds spent in each phase.
    var spent = SIMD8<Int64>(repeating: 0)
    /// Position of the node; -1: none.
    var node = -1
    /// Raised whenever a pending event about it no longer counts.
    var epoch: UInt16 = 0
    /// Whether the place holds a replica.
    var exists = false

    /// Requests given to it.
    var inFlight = 0
    /// Requests it works on, of those.
    var active = 0
    /// Requests it holds and does not work on yet.
    var queue = RequestList()
    var busySince: Int64 = 0
    var idleSince: Int64 = 0
    /// When the timer of its idle period is due; -1: none is set.
    var expiryDue: Int64 = -1
    var expiryEpoch: UInt16 = 0
    /// When it goes if it stays idle.
    var idleDeadline: Int64 = .max
    var idlePeriods: UInt64 = 0
    /// Requests it was given so far.
    var served: UInt64 = 0
    /// Starts that failed in a row.
    var failures = 0
    /// Whether somebody asked it to go.
    var isLeaving = false

    /// The state of work that requests share; position in the pool of that kind.
    var work = -1
}
