public import ServingAPI

/// Who wants to know the load: the autoscaler, in this process or another.
///
/// Calls come from event loops: they must return at once and never throw anything back at the data plane.
public protocol LoadReceiver: Sendable {
    /// The load of every revision that has some, or has replicas, over the last interval; empty when none has.
    func report(_ loads: [RevisionLoad], from activator: String)

    /// A request waits and no replica can take it.
    ///
    /// - Parameter waiting: Requests that wait now.
    func wake(_ revision: RevisionID, waiting: Int)
}

/// The load of one revision over one interval, as one activator saw it.
public struct RevisionLoad: Sendable, Equatable {
    public let revision: RevisionID
    /// Length of the interval.
    public let intervalSeconds: Double
    /// Requests waiting or being answered, averaged over time.
    public let averageConcurrency: Double
    /// Arrivals per second.
    public let requestsPerSecond: Double
    /// Requests that wait at the end of the interval.
    public let waiting: Int
    /// Requests with a replica at the end of the interval.
    public let inFlight: Int
    public let replicas: [ReplicaInFlight]
}

/// What one replica holds of this activator's requests.
public struct ReplicaInFlight: Sendable, Equatable {
    public let podName: String
    public let inFlight: Int
    /// Whether the activator reaches it.
    public let isReady: Bool
}
