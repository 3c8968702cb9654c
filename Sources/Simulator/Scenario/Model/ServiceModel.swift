public import ScalingCore
public import SimulationKit

/// One served model: who calls it, how its replicas work and start, and who decides how many there are.
public struct ServiceModel: Sendable {
    public var name: String
    public var workloads: [WorkloadModel]
    /// How requests reach replicas.
    public var entry: EntryModel
    public var serving: ServingModel
    public var startup: StartupModel
    /// Bounds, targets and windows; every policy is held to its bounds.
    public var scaling: ScalingConfiguration
    public var policy: PolicyReference
    /// What one replica occupies on a node.
    public var resources: ReplicaResources
    /// Replicas that are ready when the run begins.
    public var initialReplicas: Int
    /// How long a replica that is to go may finish what it has before it is cut off.
    public var drainSeconds: Double
    public var objective: ServiceObjective?
    /// Cost of one replica for an hour where there are no nodes to pay; in the currency of the node prices.
    public var pricePerReplicaHour: Double

    public init(
        name: String,
        workloads: [WorkloadModel],
        entry: EntryModel = .gateway(GatewayModel()),
        serving: ServingModel,
        startup: StartupModel = StartupModel(),
        scaling: ScalingConfiguration = ScalingConfiguration(),
        policy: PolicyReference = PolicyReference(name: "pilotlight"),
        resources: ReplicaResources = ReplicaResources(),
        initialReplicas: Int = 0,
        drainSeconds: Double = 300,
        objective: ServiceObjective? = nil,
        pricePerReplicaHour: Double = 0
    ) {
        self.name = name
        self.workloads = workloads
        self.entry = entry
        self.serving = serving
        self.startup = startup
        self.scaling = scaling
        self.policy = policy
        self.resources = resources
        self.initialReplicas = initialReplicas
        self.drainSeconds = drainSeconds
        self.objective = objective
        self.pricePerReplicaHour = pricePerReplicaHour
    }
}

/// Where requests of a service come from.
public enum WorkloadModel: Sendable {
    /// From outside, whatever happens to earlier ones.
    case open(any ArrivalProcess)
    /// From a fixed number of clients, each of which waits for its answer, thinks, and asks again.
    case closed(ClosedLoop)
}

/// Clients that have at most one request under way each.
public struct ClosedLoop: Sendable, Hashable {
    public var clients: Int
    /// Seconds from an answer, or an error, to the next request; also before the first one.
    public var think: Distribution

    public init(clients: Int, think: Distribution) {
        self.clients = clients
        self.think = think
    }
}

/// What a user of the service was promised; results count who got it.
public struct ServiceObjective: Sendable, Hashable {
    /// From the arrival to the complete answer; `nil`: nothing was promised.
    public var totalSeconds: Double?
    public var timeToFirstTokenSeconds: Double?
    public var interTokenSeconds: Double?
    /// The share of requests that must be served within all of these.
    public var attainment: Double

    public init(
        totalSeconds: Double? = nil,
        timeToFirstTokenSeconds: Double? = nil,
        interTokenSeconds: Double? = nil,
        attainment: Double = 0.99
    ) {
        self.totalSeconds = totalSeconds
        self.timeToFirstTokenSeconds = timeToFirstTokenSeconds
        self.interTokenSeconds = interTokenSeconds
        self.attainment = attainment
    }
}
