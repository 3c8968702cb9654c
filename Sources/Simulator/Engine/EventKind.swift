import SimulationKit

/// What happens in the model, and what comes first among things of the same nanosecond.
enum EventKind: UInt16 {
    /// A source's pending arrival is due; the argument is the source.
    case arrival
    /// A client of a closed loop has thought; the argument is the source.
    case clientThought
    /// A client tries again; the argument is the request.
    case retry
    /// A slot is done; the argument is the request.
    case slotDone
    /// A replica that works on many requests together reaches its next moment; the argument is the replica.
    case workDone
    /// A batch need not wait any longer; the argument is the replica.
    case batchDue
    /// A stretch of a replica's start is over; the argument is the replica.
    case phaseDone
    /// The activator learns that a replica serves; the argument is the replica.
    case routable
    /// The next transfer to a node is complete.
    case transferDone
    /// An artifact that has arrived is unpacked; the argument is the fetch.
    case fetchDone
    case nodeReady, nodeNotice, nodeLost
    /// A node may have been empty for long enough.
    case nodeIdle
    /// Consumers of a topic have agreed on their partitions; the argument is the service.
    case rebalanced
    /// A replica may have been idle for long enough; the argument is the replica.
    case idleExpiry
    /// The request that waits longest may have waited too long; the argument is the service.
    case waitExpiry
    /// A draining replica is cut off; the argument is the replica.
    case drainExpiry
    /// A policy's next wake; the argument is the service.
    case tick
    /// The autoscaler hears of a queue; the argument is the service.
    case wake
    /// A decision reaches the replicas; the argument is the service.
    case actuation
    case preWarm
    /// The lag of a queue is read; the argument is the service.
    case poll
    /// Activators report.
    case report
    /// Reports arrive.
    case delivery
    case fault, faultEnd
    case warmUpEnd
    case timeline
    /// A service has rested for as long as it was said; the argument is the service.
    case restEnd

    var eventClass: EventClass {
        switch self {
        case .slotDone, .workDone: .completion
        case .phaseDone, .routable, .transferDone, .fetchDone, .nodeReady, .rebalanced: .ready
        case .arrival, .clientThought, .retry: .arrival
        case .idleExpiry, .waitExpiry, .drainExpiry, .batchDue, .nodeNotice, .nodeLost, .nodeIdle, .fault, .faultEnd:
            .expiry
        case .tick, .wake, .actuation, .preWarm, .poll, .delivery, .restEnd: .tick
        case .report, .warmUpEnd, .timeline: .report
        }
    }
}
