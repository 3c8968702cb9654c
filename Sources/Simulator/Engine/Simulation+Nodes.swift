import SimulationKit

// MARK: - Room for replicas

extension Simulation {
    /// Looks for room for a replica that is scheduled now.
    mutating func place(_ replica: Int) {
        guard self.cluster != nil else { return self.beginFetch(.imagePull, replica) }
        if let node = self.nodeWithRoom(for: replica) { return self.settle(replica, on: node) }
        self.changeUnplaced { $0.append(UInt32(replica)) }
        self.orderNodes()
        let isComing = self.cluster?.nodes.contains { $0.stage == .provisioning } ?? false
        if isComing { self.enter(.provisioning, replica) }
    }

    /// Gives room to those who wait, who waits longest first; whoever does not fit lets others pass.
    mutating func placeWaiting() {
        guard let waiting = self.cluster?.unplaced, !waiting.isEmpty else { return }
        for replica in waiting {
            guard let node = self.nodeWithRoom(for: Int(replica)) else { continue }
            self.changeUnplaced { $0.removeAll { $0 == replica } }
            self.settle(Int(replica), on: node)
        }
        self.orderNodes()
    }

    private mutating func settle(_ replica: Int, on node: Int) {
        self.occupy(node, by: replica)
        self.beginFetch(.imagePull, replica)
    }

    private mutating func occupy(_ node: Int, by replica: Int) {
        let service = Int(self.replicas[replica].service)
        let room = Room(self.services[service].model.resources)
        self.replicas[replica].node = node
        self.cluster?.nodes[node].free -= room
        self.cluster?.nodes[node].replicas.append(UInt32(replica))
        self.useGPUs(room.gpus, node: node)
    }

    /// Gives a replica of the beginning room, on a new node if need be.
    mutating func settleAtOnce(_ replica: Int, service: Int) {
        if self.nodeWithRoom(for: replica) == nil,
            let cluster = self.cluster,
            let pool = self.poolToGrow(
                for: self.services[service].model.resources,
                promised: cluster.gpusInUse
            )
        {
            self.orderNode(pool, isThere: true)
        }
        guard let node = self.nodeWithRoom(for: replica) else { return }
        self.occupy(node, by: replica)
        for artifact in [self.services[service].image, self.services[service].weights] where artifact >= 0 {
            let isThere = self.cluster?.nodes[node].cache.contains { $0.artifact == artifact } ?? true
            if !isThere { self.cache(artifact, on: node) }
        }
    }

    mutating func leaveNode(_ replica: Int) {
        guard self.cluster != nil else { return }
        if self.cluster?.unplaced.contains(UInt32(replica)) == true {
            self.changeUnplaced { $0.removeAll { $0 == UInt32(replica) } }
        }
        let node = self.replicas[replica].node
        guard node >= 0 else { return }
        let service = Int(self.replicas[replica].service)
        let room = Room(self.services[service].model.resources)
        self.replicas[replica].node = -1
        self.cluster?.nodes[node].free += room
        self.cluster?.nodes[node].replicas.removeAll { $0 == UInt32(replica) }
        self.useGPUs(-room.gpus, node: node)
        self.watchIfEmpty(node)
        self.placeWaiting()
    }

    private func nodeWithRoom(for replica: Int) -> Int? {
        guard let cluster = self.cluster else { return nil }
        let service = Int(self.replicas[replica].service)
        let resources = self.services[service].model.resources
        let need = Room(resources)
        var best: Int?
        for (node, state) in cluster.nodes.enumerated() where state.stage == .ready && state.free.holds(need) {
            guard self.suits(cluster.pools[state.pool].model, resources), self.isWithinQuota(need, pool: state.pool)
            else { continue }
            guard let known = best else {
                best = node
                continue
            }
            if self.isBetter(node, than: known, service: service) { best = node }
        }
        return best
    }

    private func isBetter(_ node: Int, than other: Int, service: Int) -> Bool {
        guard let cluster = self.cluster else { return false }
        let (candidate, known) = (cluster.nodes[node], cluster.nodes[other])
        switch cluster.model.placement {
        case .firstFit: return false
        case .bestFit:
            if candidate.free != known.free { return candidate.free < known.free }
        case .spread:
            if candidate.free != known.free { return known.free < candidate.free }
        }
        let weights = self.services[service].weights
        let has = { (state: NodeState) in state.cache.contains { $0.artifact == weights } }
        return has(candidate) && !has(known)
    }

    private func suits(_ pool: NodePool, _ resources: ReplicaResources) -> Bool {
        guard resources.gpus > 0 else { return true }
        guard let type = resources.gpuType else { return pool.gpuType != nil }
        return pool.gpuType == type
    }

    private func quota(_ pool: Int) -> Int? {
        guard let cluster = self.cluster, let type = cluster.pools[pool].model.gpuType else { return nil }
        return cluster.model.gpuQuotas.firstIndex { $0.gpuType == type }
    }

    private func isWithinQuota(_ need: Room, pool: Int) -> Bool {
        guard need.gpus > 0, let cluster = self.cluster, let quota = self.quota(pool) else { return true }
        return cluster.gpusInUse[quota] + need.gpus <= cluster.model.gpuQuotas[quota].gpus
    }

    private mutating func useGPUs(_ gpus: Int, node: Int) {
        guard gpus != 0, let pool = self.cluster?.nodes[node].pool else { return }
        self.bookGPUs(node)
        self.cluster?.nodes[node].gpusInUse += gpus
        if let quota = self.quota(pool) { self.cluster?.gpusInUse[quota] += gpus }
    }

    private mutating func changeUnplaced(_ change: (inout [UInt32]) -> Void) {
        guard let cluster = self.cluster else { return }
        self.result.cluster.unplacedTime.add(self.now - cluster.unplacedSince, count: cluster.unplaced.count)
        self.cluster?.unplacedSince = self.now
        if var unplaced = self.cluster?.unplaced {
            change(&unplaced)
            self.cluster?.unplaced = unplaced
        }
    }
}

// MARK: - Nodes that come

extension Simulation {
    /// Orders nodes for those who wait, beyond what the nodes on their way will hold.
    private mutating func orderNodes() {
        guard let cluster = self.cluster, !cluster.unplaced.isEmpty else { return }
        var rooms = cluster.nodes.filter { $0.stage == .provisioning }.map { (pool: $0.pool, free: $0.free) }
        var promised = cluster.gpusInUse
        for replica in cluster.unplaced {
            let resources = self.services[Int(self.replicas[Int(replica)].service)].model.resources
            let need = Room(resources)
            let fit = rooms.firstIndex { room in
                room.free.holds(need) && self.suits(cluster.pools[room.pool].model, resources)
            }
            if let fit {
                rooms[fit].free -= need
                if let quota = self.quota(rooms[fit].pool) { promised[quota] += need.gpus }
                continue
            }
            guard let pool = self.poolToGrow(for: resources, promised: promised) else { continue }
            self.orderNode(pool)
            var free = cluster.pools[pool].capacity
            free -= need
            rooms.append((pool, free))
            if let quota = self.quota(pool) { promised[quota] += need.gpus }
        }
    }

    /// The cheapest pool that may grow and whose nodes can hold the replica.
    private func poolToGrow(for resources: ReplicaResources, promised: [Int]) -> Int? {
        guard let cluster = self.cluster else { return nil }
        let need = Room(resources)
        var best: Int?
        for (position, pool) in cluster.pools.enumerated() {
            guard pool.nodes < pool.model.maxNodes, pool.capacity.holds(need), self.suits(pool.model, resources) else {
                continue
            }
            if need.gpus > 0, let quota = self.quota(position),
                promised[quota] + need.gpus > cluster.model.gpuQuotas[quota].gpus
            {
                continue
            }
            if let known = best, cluster.pools[known].model.pricePerHour <= pool.model.pricePerHour { continue }
            best = position
        }
        return best
    }

    mutating func orderNode(_ pool: Int, isThere: Bool = false) {
        guard let model = self.cluster?.pools[pool].model, let capacity = self.cluster?.pools[pool].capacity else {
            return
        }
        let node = self.cluster?.nodes.count ?? 0
        self.cluster?.nodes.append(NodeState(pool: pool, bookedAt: self.now, free: capacity, gpusSince: self.now))
        self.cluster?.pools[pool].nodes += 1
        if self.isCounting { self.cluster?.pools[pool].result.nodesOrdered &+= 1 }
        self.noteMostNodes(pool)
        if isThere { return self.nodeReady(node) }
        var stream = self.cluster?.nodeStream.at(index: UInt64(node) << 1) ?? self.faultStream
        self.schedule(.nodeReady, after: model.provisioning.sampleNanoseconds(&stream), argument: node)
    }

    mutating func nodeReady(_ node: Int) {
        guard let cluster = self.cluster, cluster.nodes[node].stage == .provisioning else { return }
        self.cluster?.nodes[node].stage = .ready
        if let spot = cluster.pools[cluster.nodes[node].pool].model.spot {
            var stream = cluster.nodeStream.at(index: UInt64(node) << 1 | 1)
            let life = spot.lifetime.sampleNanoseconds(&stream)
            let notice = max(0, life - Int64((spot.noticeSeconds * 1e9).rounded()))
            self.schedule(.nodeNotice, after: notice, argument: node)
            self.schedule(.nodeLost, after: life, argument: node)
        }
        self.placeWaiting()
        self.watchIfEmpty(node)
    }

    mutating func reserveNodes(_ count: Int, pool name: String) {
        guard let pool = self.cluster?.pools.firstIndex(where: { $0.model.name == name }) else { return }
        self.cluster?.pools[pool].reserved = count
        while let state = self.cluster?.pools[pool], state.nodes < state.floor { self.orderNode(pool) }
        for node in (self.cluster?.nodes ?? []).indices where self.cluster?.nodes[node].pool == pool {
            self.watchIfEmpty(node)
        }
    }
}

// MARK: - Nodes that go

extension Simulation {
    private mutating func watchIfEmpty(_ node: Int) {
        guard let cluster = self.cluster, cluster.nodes[node].stage == .ready else { return }
        self.cluster?.nodes[node].idleEpoch &+= 1
        guard cluster.nodes[node].replicas.isEmpty else { return }
        let pool = cluster.pools[cluster.nodes[node].pool]
        guard pool.nodes > pool.floor else { return }
        self.schedule(
            .nodeIdle,
            after: Int64((pool.model.idleSeconds * 1e9).rounded()),
            lane: cluster.nodes[node].idleEpoch &+ 1,
            argument: node
        )
    }

    mutating func nodeIdle(_ node: Int, epoch: UInt16) {
        guard let cluster = self.cluster, cluster.nodes[node].stage == .ready else { return }
        guard cluster.nodes[node].idleEpoch == epoch, cluster.nodes[node].replicas.isEmpty else { return }
        let pool = cluster.pools[cluster.nodes[node].pool]
        guard pool.nodes > pool.floor else { return }
        self.nodeGone(node)
    }

    /// The provider says that it will take the node back: its replicas drain and others are ordered.
    mutating func nodeNoticed(_ node: Int) {
        guard let cluster = self.cluster, cluster.nodes[node].stage == .ready else { return }
        self.cluster?.nodes[node].stage = .leaving
        var affected: Set<Int> = []
        for replica in cluster.nodes[node].replicas {
            affected.insert(Int(self.replicas[Int(replica)].service))
            self.retire(Int(replica))
        }
        for service in affected.sorted() { self.replace(service) }
    }

    mutating func nodeLost(_ node: Int) {
        guard let cluster = self.cluster else { return }
        let stage = cluster.nodes[node].stage
        guard stage == .ready || stage == .leaving else { return }
        self.cluster?.nodes[node].stage = .leaving
        for replica in cluster.nodes[node].replicas { self.lose(Int(replica)) }
        if self.isCounting { self.cluster?.pools[cluster.nodes[node].pool].result.nodesLost &+= 1 }
        self.nodeGone(node)
        let pool = cluster.nodes[node].pool
        while let state = self.cluster?.pools[pool], state.nodes < state.floor { self.orderNode(pool) }
        self.placeWaiting()
    }

    private mutating func nodeGone(_ node: Int) {
        self.bookNode(node)
        guard let pool = self.cluster?.nodes[node].pool else { return }
        self.cluster?.nodes[node].stage = .gone
        self.cluster?.nodes[node].cache = []
        self.cluster?.pools[pool].nodes -= 1
        self.abandonFetches(to: node)
    }

    // MARK: Accounts

    mutating func bookNode(_ node: Int) {
        guard let state = self.cluster?.nodes[node], state.stage != .gone else { return }
        let length = self.now - state.bookedAt
        self.cluster?.nodes[node].bookedAt = self.now
        let gpus = self.cluster?.pools[state.pool].model.capacity.gpus ?? 0
        self.cluster?.pools[state.pool].result.nodeTime.add(length)
        self.cluster?.pools[state.pool].result.gpuTime.add(length, count: gpus)
        self.bookGPUs(node)
    }

    private mutating func bookGPUs(_ node: Int) {
        guard let state = self.cluster?.nodes[node] else { return }
        self.cluster?.nodes[node].gpusSince = self.now
        self.cluster?.pools[state.pool].result.gpuBusyTime.add(self.now - state.gpusSince, count: state.gpusInUse)
    }

    private mutating func noteMostNodes(_ pool: Int) {
        guard let state = self.cluster?.pools[pool] else { return }
        self.cluster?.pools[pool].result.mostNodes = max(state.result.mostNodes, state.nodes)
    }
}
