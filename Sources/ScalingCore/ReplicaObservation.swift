public import Timekeeping

/// What is known of a revision's replicas and of its queue at the moment of a decision.
public struct ReplicaObservation: Sendable, Equatable {
    /// Replicas that take requests; `nil` when that cannot be read, which is not zero.
    public var ready: Int?
    /// When each replica that exists and is not ready yet was ordered.
    public var startingSince: [MonotonicInstant]
    /// Requests that wait because no replica can take them.
    public var waitingRequests: Int
    /// Requests that replicas are working on.
    public var inFlightRequests: Int
    /// The scale as it is written; `nil` when it was not read, in which case ready and starting replicas stand for it.
    public var requested: Int?

    public init(
        ready: Int?,
        startingSince: [MonotonicInstant] = [],
        waitingRequests: Int = 0,
        inFlightRequests: Int = 0,
        requested: Int? = nil
    ) {
        self.ready = ready
        self.startingSince = startingSince
        self.waitingRequests = waitingRequests
        self.inFlightRequests = inFlightRequests
        self.requested = requested
    }
}
