public import SimulationKit

/// What happened to the nodes.
public struct ClusterResult: Sendable, Equatable {
    public struct Pool: Sendable, Equatable {
        public var name: String
        /// From the order of each node until its end.
        public var nodeTime = TimeSum()
        /// Node time times the GPUs of a node, and times those of them in use.
        public var gpuTime = TimeSum()
        public var gpuBusyTime = TimeSum()
        public var mostNodes = 0
        public var nodesOrdered: UInt64 = 0
        public var nodesLost: UInt64 = 0
        public var cost: Double = 0

        public init(name: String) {
            self.name = name
        }
    }

    public var pools: [Pool] = []
    /// Replicas that wait for room, times time.
    public var unplacedTime = TimeSum()

    public init() {}

    public var cost: Double { self.pools.reduce(0) { $0 + $1.cost } }
    public var nodeSeconds: Double { self.pools.reduce(0) { $0 + $1.nodeTime.seconds } }
    public var gpuSeconds: Double { self.pools.reduce(0) { $0 + $1.gpuTime.seconds } }
}
