import SimulationKit

/// The nodes of a scenario, what travels to them, and who waits for room.
struct ClusterState {
    let model: ClusterModel
    var pools: [PoolState]
    /// In the order in which they were ordered; those that are gone keep their place.
    var nodes: [NodeState] = []
    /// Replicas without room, who waits longest first.
    var unplaced: [UInt32] = []
    var unplacedSince: Int64 = 0
    /// Artifacts on their way.
    var fetches: [Fetch] = []
    var freeFetches: [Int] = []
    var transfersUpdatedAt: Int64 = 0
    var transferEpoch: UInt16 = 0
    /// GPUs in use, in the order of the quotas.
    var gpusInUse: [Int]
    let nodeStream: RandomStream

    init(_ model: ClusterModel, seed: UInt64, replication: Int) {
        self.model = model
        self.pools = model.pools.map { PoolState($0) }
        self.gpusInUse = model.gpuQuotas.map { _ in 0 }
        self.nodeStream = RandomStream(seed: seed, replication: replication, purpose: .nodes)
    }
}

/// One pool while it runs.
struct PoolState {
    let model: NodePool
    let capacity: Room
    /// Ordered or there.
    var nodes = 0
    /// A policy wants at least so many.
    var reserved = 0
    var result: ClusterResult.Pool

    init(_ model: NodePool) {
        self.model = model
        self.capacity = Room(model.capacity)
        self.result = ClusterResult.Pool(name: model.name)
    }

    var floor: Int { min(self.model.maxNodes, max(self.model.minNodes, self.reserved)) }
}

/// Room in whole units, so that sums never drift: thousandths of a core, bytes, GPUs.
struct Room: Equatable {
    var milliCores: Int64
    var bytes: Int64
    var gpus: Int

    init(_ resources: ReplicaResources) {
        self.milliCores = Int64((resources.cpu * 1000).rounded(.up))
        self.bytes = Int64(min(resources.memoryBytes, 9e18).rounded(.up))
        self.gpus = resources.gpus
    }

    func holds(_ other: Room) -> Bool {
        other.milliCores <= self.milliCores && other.bytes <= self.bytes && other.gpus <= self.gpus
    }

    static func -= (left: inout Room, right: Room) {
        left.milliCores -= right.milliCores
        left.bytes -= right.bytes
        left.gpus -= right.gpus
    }

    static func += (left: inout Room, right: Room) {
        left.milliCores += right.milliCores
        left.bytes += right.bytes
        left.gpus += right.gpus
    }

    /// Less room comes first: GPUs count most, then memory.
    static func < (left: Room, right: Room) -> Bool {
        (left.gpus, left.bytes, left.milliCores) < (right.gpus, right.bytes, right.milliCores)
    }
}

/// One node from its order until it is gone.
struct NodeState {
    enum Stage { case provisioning, ready, leaving, gone }

    struct Cached {
        let artifact: Int
        let bytes: Double
        var usedAt: Int64
    }

    let pool: Int
    var stage = Stage.provisioning
    /// Since when its time was booked.
    var bookedAt: Int64
    var free: Room
    var replicas: [UInt32] = []
    var cache: [Cached] = []
    var gpusInUse = 0
    var gpusSince: Int64 = 0
    var idleEpoch: UInt16 = 0
}

/// An artifact on its way to a node, and who waits for it.
struct Fetch {
    let node: Int
    let artifact: Int
    /// Still to travel.
    var bytes: Double
    /// Bytes a second at the moment.
    var rate = 0.0
    /// Everything has arrived and is being unpacked.
    var isUnpacking = false
    var waiters: [UInt32]
    var isDone = false
}
