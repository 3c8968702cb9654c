public import ServingAPI

/// What one activator saw of one revision during one report interval.
///
/// Reports travel in batches, one a second from each activator. A batch is complete: a revision that it does not name
/// had no load there. So an idle activator sends empty batches; an activator that sends nothing is unknown, not idle.
public struct LoadReport: Sendable, Equatable {
    public let revision: RevisionID
    /// Requests in flight or waiting, averaged over the interval by time.
    public let averageConcurrency: Double
    /// Requests that arrived, per second.
    public let requestsPerSecond: Double
    /// Requests that wait for a replica at the end of the interval.
    public let waiting: Int
    /// Requests that replicas work on at the end of the interval.
    public let inFlight: Int
    /// Empty when the activator knows of no replica.
    public let replicas: [ReplicaLoad]
    /// The length of the interval; the first of an activator is shorter than the others.
    public let intervalSeconds: Double

    public init(
        revision: RevisionID,
        averageConcurrency: Double,
        requestsPerSecond: Double,
        waiting: Int,
        inFlight: Int,
        replicas: [ReplicaLoad] = [],
        intervalSeconds: Double = 1
    ) {
        self.revision = revision
        self.averageConcurrency = averageConcurrency
        self.requestsPerSecond = requestsPerSecond
        self.waiting = waiting
        self.inFlight = inFlight
        self.replicas = replicas
        self.intervalSeconds = intervalSeconds
    }

    /// Nothing to do and nothing done.
    var isIdle: Bool {
        self.averageConcurrency == 0 && self.requestsPerSecond == 0 && self.waiting == 0 && self.inFlight == 0
    }
}
