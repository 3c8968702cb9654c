public import SimulationKit

/// The machines that replicas run on.
public struct ClusterModel: Sendable, Hashable {
    public var pools: [NodePool]
    /// Bytes a second that the registry and the model store deliver to all nodes together; `nil`: no limit.
    public var registryBytesPerSecond: Double?
    /// GPUs of a type that may be in use at once, whatever the pools could hold.
    public var gpuQuotas: [GPUQuota]
    public var placement: Placement

    public init(
        pools: [NodePool],
        registryBytesPerSecond: Double? = nil,
        gpuQuotas: [GPUQuota] = [],
        placement: Placement = .bestFit
    ) {
        self.pools = pools
        self.registryBytesPerSecond = registryBytesPerSecond
        self.gpuQuotas = gpuQuotas
        self.placement = placement
    }

    /// Which of the nodes with room gets a replica; on equal terms one that has the weights, then the oldest.
    public enum Placement: String, Sendable, Hashable, CaseIterable {
        /// The one with the least room left: keeps nodes free that can then go.
        case bestFit
        /// The one with the most room left.
        case spread
        /// The oldest.
        case firstFit
    }
}

/// The most GPUs of one type that the whole scenario may use.
public struct GPUQuota: Sendable, Hashable {
    public var gpuType: String
    public var gpus: Int

    public init(gpuType: String, gpus: Int) {
        self.gpuType = gpuType
        self.gpus = gpus
    }
}

/// Nodes of one kind, as many as are needed within bounds.
public struct NodePool: Sendable, Hashable {
    public var name: String
    /// `nil`: no GPUs.
    public var gpuType: String?
    /// Capacity of one node.
    public var capacity: ReplicaResources
    public var minNodes: Int
    public var maxNodes: Int
    /// Cost of one node for an hour, from the order to the end.
    public var pricePerHour: Double
    /// From the order of a node until it can take replicas.
    public var provisioning: Distribution
    /// An empty node above the minimum goes after so long.
    public var idleSeconds: Double
    /// What travels to one node, in bytes a second; `nil`: no limit.
    public var bytesPerSecond: Double?
    /// What images and weights may occupy on one node, `nil` without limit.
    ///
    /// The least recently used goes first.
    public var cacheBytes: Double?
    /// `nil`: nodes are never taken away.
    public var spot: SpotModel?

    public init(
        name: String,
        gpuType: String? = nil,
        capacity: ReplicaResources,
        minNodes: Int = 0,
        maxNodes: Int = 100,
        pricePerHour: Double = 0,
        provisioning: Distribution = .constant(0),
        idleSeconds: Double = 600,
        bytesPerSecond: Double? = nil,
        cacheBytes: Double? = nil,
        spot: SpotModel? = nil
    ) {
        self.name = name
        self.gpuType = gpuType
        self.capacity = capacity
        self.minNodes = minNodes
        self.maxNodes = maxNodes
        self.pricePerHour = pricePerHour
        self.provisioning = provisioning
        self.idleSeconds = idleSeconds
        self.bytesPerSecond = bytesPerSecond
        self.cacheBytes = cacheBytes
        self.spot = spot
    }
}

/// Nodes that the provider takes back.
public struct SpotModel: Sendable, Hashable {
    /// Seconds that a node lives.
    public var lifetime: Distribution
    /// How long before the end its replicas are told to drain.
    public var noticeSeconds: Double

    public init(lifetime: Distribution, noticeSeconds: Double = 120) {
        self.lifetime = lifetime
        self.noticeSeconds = noticeSeconds
    }
}

/// What a replica occupies, or a node has.
public struct ReplicaResources: Sendable, Hashable {
    /// Cores.
    public var cpu: Double
    public var memoryBytes: Double
    public var gpus: Int
    /// The type a replica must have; `nil`: any, or none at all.
    public var gpuType: String?

    public init(cpu: Double = 0, memoryBytes: Double = 0, gpus: Int = 0, gpuType: String? = nil) {
        self.cpu = cpu
        self.memoryBytes = memoryBytes
        self.gpus = gpus
        self.gpuType = gpuType
    }
}
