public import SimulationKit

/// The way of a replica from being ordered to being ready.
public struct StartupModel: Sendable, Hashable {
    /// From the order until a place on a node is looked for, without the wait for a node.
    public var scheduling: Distribution
    /// What must be on the node before the replica can run: nothing when it is there already.
    public var image: Artifact?
    /// What the replica loads: from the node's cache when it is there.
    public var weights: Artifact?
    /// Starting the process, loading to the device, warming up: all that happens on every start.
    public var warmUp: Distribution
    /// The share of starts that fail when warm-up ends; a failed replica is replaced.
    public var failureShare: Double
    /// Before a failed start is tried again; doubles with every failure in a row up to five minutes.
    public var restartPauseSeconds: Double
    /// What the first replicas took, in the order in which they were ordered, instead of the laws of `scheduling` and
    /// `warmUp`: a run that was recorded.
    public var recorded: [Recorded] = []

    /// One start that was measured.
    public struct Recorded: Sendable, Hashable {
        public var schedulingSeconds: Double
        /// `nil` when it never became ready: then the law says.
        public var warmUpSeconds: Double?

        public init(schedulingSeconds: Double, warmUpSeconds: Double?) {
            self.schedulingSeconds = schedulingSeconds
            self.warmUpSeconds = warmUpSeconds
        }

        /// `nil` for a phase that was not measured by itself.
        func seconds(_ phase: ReplicaPhase) -> Double? {
            switch phase {
            case .pending: self.schedulingSeconds
            case .warmUp: self.warmUpSeconds
            default: nil
            }
        }
    }

    public init(
        scheduling: Distribution = .constant(0),
        image: Artifact? = nil,
        weights: Artifact? = nil,
        warmUp: Distribution = .constant(0),
        failureShare: Double = 0,
        restartPauseSeconds: Double = 10
    ) {
        self.scheduling = scheduling
        self.image = image
        self.weights = weights
        self.warmUp = warmUp
        self.failureShare = failureShare
        self.restartPauseSeconds = restartPauseSeconds
    }
}

/// An image or the weights of a model, which nodes keep once they have it.
public struct Artifact: Sendable, Hashable {
    /// Replicas that name the same artifact share a node's copy.
    public var name: String
    /// What travels to the node, over links that it shares with others; 0: only `time` counts.
    public var bytes: Double
    /// Fetching it when it is not there, beyond what the links take: looking up, unpacking.
    public var time: Distribution
    /// When it is there: reading it from the disk.
    public var cachedTime: Distribution

    public init(
        name: String,
        bytes: Double = 0,
        time: Distribution = .constant(0),
        cachedTime: Distribution = .constant(0)
    ) {
        self.name = name
        self.bytes = bytes
        self.time = time
        self.cachedTime = cachedTime
    }
}

/// A stretch of a replica's start, or of its life.
public enum ReplicaPhase: Int, Sendable, Hashable, CaseIterable {
    /// Ordered, without a node.
    case pending
    /// Waits for a node that is on its way.
    case provisioning
    case imagePull
    case weights
    case warmUp
    case ready
    case draining
    /// A start failed; waits to be tried again.
    case failed
}

extension ReplicaPhase: CustomStringConvertible {
    /// The word that reports use: `image-pull`.
    public var description: String {
        switch self {
        case .pending: "pending"
        case .provisioning: "provisioning"
        case .imagePull: "image-pull"
        case .weights: "weights"
        case .warmUp: "warm-up"
        case .ready: "ready"
        case .draining: "draining"
        case .failed: "failed"
        }
    }
}
