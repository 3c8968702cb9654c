public import ServingAPI

/// Where the present load comes from: the activator, which counts every request.
public protocol LiveLoadProvider: Sendable {
    /// The load of every revision that has some; a revision that is missing has none.
    ///
    /// - Returns: `nil` when the load is unknown, which is not zero.
    func liveLoads() async -> [LiveLoad]?
}

/// What one revision has to do right now.
public struct LiveLoad: Sendable, Equatable {
    public let revision: RevisionID
    /// Requests with a replica.
    public let inFlight: Int
    /// Requests that wait for a replica.
    public let waiting: Int
    /// Requests waiting or in flight, averaged over the last second.
    public let concurrency: Double
    public let requestsPerSecond: Double

    public init(revision: RevisionID, inFlight: Int, waiting: Int, concurrency: Double, requestsPerSecond: Double) {
        self.revision = revision
        self.inFlight = inFlight
        self.waiting = waiting
        self.concurrency = concurrency
        self.requestsPerSecond = requestsPerSecond
    }

    /// No request anywhere.
    static func none(_ revision: RevisionID) -> LiveLoad {
        LiveLoad(revision: revision, inFlight: 0, waiting: 0, concurrency: 0, requestsPerSecond: 0)
    }
}
