public import SimulationKit

/// What came out of one run: whole numbers throughout, so that equal runs are equal to the bit.
public struct RunResult: Sendable, Equatable {
    public var scenario: String
    public var seed: UInt64
    public var replication: Int
    public var horizonNanoseconds: Int64
    public var warmUpNanoseconds: Int64
    /// Events worked on, warm-up included.
    public var events: UInt64
    /// Looks at services at rest among them, which were made up for together; no part of what is hashed.
    public var looksMadeUpFor: UInt64 = 0
    /// In the order of the scenario.
    public var services: [ServiceResult]
    public var cluster: ClusterResult
    /// All services together, by step of the time line; empty unless asked for.
    public var timeline: Timeline

    public init(scenario: String, seed: UInt64, replication: Int, horizonNanoseconds: Int64, warmUpNanoseconds: Int64) {
        self.scenario = scenario
        self.seed = seed
        self.replication = replication
        self.horizonNanoseconds = horizonNanoseconds
        self.warmUpNanoseconds = warmUpNanoseconds
        self.events = 0
        self.services = []
        self.cluster = ClusterResult()
        self.timeline = Timeline(stepNanoseconds: 0)
    }

    /// The time that counts, in seconds.
    public var measuredSeconds: Double { Double(self.horizonNanoseconds - self.warmUpNanoseconds) / 1e9 }

    /// In the currency of the scenario's prices.
    public var cost: Double { self.services.reduce(self.cluster.cost) { $0 + $1.cost } }
}

/// Why a request was not served.
public enum RequestFailure: Int, Sendable, Hashable, CaseIterable {
    /// The activator's queue was full: 503.
    case queueFull
    /// It waited for a replica for too long: 504.
    case waitedTooLong
    /// Its replica went away before the answer: 502.
    case replicaLost
}

/// What happened to one service.
public struct ServiceResult: Sendable, Equatable {
    public var name: String

    /// Requests that came, each counted once however often its client tried.
    public var arrived: UInt64 = 0
    public var served: UInt64 = 0
    /// Requests whose client gave up, by the reason of the last try.
    public var failed: [UInt64] = Array(repeating: 0, count: RequestFailure.allCases.count)
    /// Tries beyond the first.
    public var retries: UInt64 = 0
    /// Requests that had to wait because no replica was ready.
    public var cold: UInt64 = 0
    /// Requests that found every replica busy, or none there.
    public var waited: UInt64 = 0
    /// Requests served within the service's objective.
    public var withinObjective: UInt64 = 0
    /// Prompt and answer tokens of served requests.
    public var promptTokens: UInt64 = 0
    public var outputTokens: UInt64 = 0

    /// From the first arrival to the complete answer, in nanoseconds, of served requests.
    public var total = LatencyHistogram()
    /// From the first arrival until a replica works on it, of served requests.
    public var wait = LatencyHistogram()
    /// From then until the complete answer.
    public var service = LatencyHistogram()
    /// `total` of the requests that counted as cold.
    public var coldTotal = LatencyHistogram()
    /// Language models only: from the first arrival to the first token, and between tokens on average of a request.
    public var timeToFirstToken = LatencyHistogram()
    public var interToken = LatencyHistogram()

    /// Starts that were ordered, and how they ended.
    public var startsOrdered: UInt64 = 0
    public var startsFinished: UInt64 = 0
    public var startsFailed: UInt64 = 0
    public var startsCancelled: UInt64 = 0
    public var replicasLost: UInt64 = 0
    /// Of finished starts, by `ReplicaPhase.rawValue`; those that take part in starts.
    public var phases: [LatencyHistogram] = Array(repeating: LatencyHistogram(), count: ReplicaPhase.allCases.count)
    /// From the order until ready.
    public var startup = LatencyHistogram()

    /// Time in each phase summed over replicas, by `ReplicaPhase.rawValue`.
    public var replicaTime: [TimeSum] = Array(repeating: TimeSum(), count: ReplicaPhase.allCases.count)
    /// Ready time in which a replica held at least one request.
    public var busyTime = TimeSum()
    /// Requests waiting, times time.
    public var waitingTime = TimeSum()
    /// Requests in the house, times time.
    public var concurrencyTime = TimeSum()
    public var mostReplicas = 0
    public var mostWaiting = 0
    /// Time with so many requests in the house, in nanoseconds; empty unless asked for.
    public var concurrencyLaw: [Int64] = []

    /// Times the policy decided.
    public var decisions: UInt64 = 0
    /// Decisions that changed the number of replicas.
    public var changes: UInt64 = 0
    /// Empty unless asked for.
    public var decisionLog: [DecisionRecord] = []
    public var startLog: [StartRecord] = []
    public var requestLog: [RequestRecord] = []
    public var timeline: Timeline

    /// Of replicas that are paid for by themselves, in the currency of the scenario's prices.
    public var cost: Double = 0

    public init(name: String, timelineStepNanoseconds: Int64 = 0) {
        self.name = name
        self.timeline = Timeline(stepNanoseconds: timelineStepNanoseconds)
    }

    public var failedInAll: UInt64 { self.failed.reduce(0, +) }

    public func failed(_ reason: RequestFailure) -> UInt64 { self.failed[reason.rawValue] }

    /// Seconds that replicas existed, from their order until they were gone.
    public var replicaSeconds: Double { self.replicaTime.reduce(0) { $0 + $1.seconds } }

    public func replicaSeconds(_ phase: ReplicaPhase) -> Double { self.replicaTime[phase.rawValue].seconds }

    public var readySeconds: Double { self.replicaSeconds(.ready) }
    /// Ready without a request.
    public var idleSeconds: Double { self.readySeconds - self.busyTime.seconds }
}
