/// How requests to a service wait and how long they may take, every setting resolved.
public struct RequestLimits: Sendable, Equatable {
    /// Requests that one replica takes at a time; zero for no limit.
    public var containerConcurrency: Int
    /// Requests that may wait.
    public var queueCapacity: Int
    /// From forwarding a request to the head of its response.
    public var responseStartTimeoutSeconds: Double
    /// Silence in the middle of a response; zero for no limit.
    public var idleTimeoutSeconds: Double
    /// How long a request may wait for a replica.
    public var coldStartTimeoutSeconds: Double

    public init(
        containerConcurrency: Int,
        queueCapacity: Int,
        responseStartTimeoutSeconds: Double,
        idleTimeoutSeconds: Double,
        coldStartTimeoutSeconds: Double
    ) {
        self.containerConcurrency = containerConcurrency
        self.queueCapacity = queueCapacity
        self.responseStartTimeoutSeconds = responseStartTimeoutSeconds
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.coldStartTimeoutSeconds = coldStartTimeoutSeconds
    }
}

extension RevisionSpec {
    /// Takes over what was resolved for the service.
    public mutating func apply(_ limits: RequestLimits) {
        self.containerConcurrency = limits.containerConcurrency
        self.queueCapacity = limits.queueCapacity
        self.responseStartTimeoutSeconds = limits.responseStartTimeoutSeconds
        self.idleTimeoutSeconds = limits.idleTimeoutSeconds
        self.coldStartTimeoutSeconds = limits.coldStartTimeoutSeconds
    }
}
