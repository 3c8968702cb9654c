public import RoutingCore
public import SimulationKit

/// How work reaches the replicas of a service.
public enum EntryModel: Sendable, Hashable {
    /// Requests through the activator.
    case gateway(GatewayModel)
    /// Messages that the replicas' own consumers fetch.
    case queue(QueueModel)
}

/// The activator in front of a service, and what its clients do when they are turned away.
public struct GatewayModel: Sendable, Hashable {
    /// Requests one replica may hold at once; 0: no limit.
    public var containerConcurrency: Int
    /// Requests that may wait.
    public var queueCapacity: Int
    /// How long a request may wait for a replica; infinite: for ever.
    public var waitTimeoutSeconds: Double
    public var choice: ReplicaChoice
    /// From the moment a replica can serve until the activator knows.
    public var readinessDelay: Distribution
    /// `nil`: clients give up at the first error.
    public var retry: RetryModel?

    public init(
        containerConcurrency: Int = 0,
        queueCapacity: Int = 10_000,
        waitTimeoutSeconds: Double = 600,
        choice: ReplicaChoice = .leastLoaded,
        readinessDelay: Distribution = .constant(0),
        retry: RetryModel? = nil
    ) {
        self.containerConcurrency = containerConcurrency
        self.queueCapacity = queueCapacity
        self.waitTimeoutSeconds = waitTimeoutSeconds
        self.choice = choice
        self.readinessDelay = readinessDelay
        self.retry = retry
    }
}

/// What a client does after an error: tries again, later each time.
public struct RetryModel: Sendable, Hashable {
    /// Tries in all, the first one included.
    public var attempts: Int
    /// Before the second try.
    public var firstPauseSeconds: Double
    /// Each pause is so many times as long as the one before.
    public var factor: Double
    public var longestPauseSeconds: Double
    /// The share of the pause that is random, from 0 to 1: the pause is drawn from `(1 - jitter)...1` of its length.
    public var jitter: Double

    public init(
        attempts: Int = 3,
        firstPauseSeconds: Double = 1,
        factor: Double = 2,
        longestPauseSeconds: Double = 30,
        jitter: Double = 0.5
    ) {
        self.attempts = attempts
        self.firstPauseSeconds = firstPauseSeconds
        self.factor = factor
        self.longestPauseSeconds = longestPauseSeconds
        self.jitter = jitter
    }
}

/// A topic, or a queue, whose messages the replicas fetch themselves.
public struct QueueModel: Sendable, Hashable {
    /// At most one consumer reads a partition; 0: one queue that any number of consumers share.
    public var partitions: Int
    /// Messages that a consumer takes at once.
    public var maxBatch: Int
    /// How long everyone pauses when a consumer comes or goes; only with partitions.
    public var rebalance: Distribution
    /// How often the autoscaler asks for the lag.
    public var pollSeconds: Double
    /// Lag that one replica should have; what the policy is given as the target.
    public var targetLag: Double

    public init(
        partitions: Int = 0,
        maxBatch: Int = 1,
        rebalance: Distribution = .constant(0),
        pollSeconds: Double = 30,
        targetLag: Double = 5
    ) {
        self.partitions = partitions
        self.maxBatch = maxBatch
        self.rebalance = rebalance
        self.pollSeconds = pollSeconds
        self.targetLag = targetLag
    }
}
