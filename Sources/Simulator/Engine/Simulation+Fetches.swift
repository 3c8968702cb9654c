import SimulationKit

// MARK: - Images and weights

extension Simulation {
    /// Begins the pull of the image, or the loading of the weights; where there is nothing to fetch, what follows.
    mutating func beginFetch(_ phase: ReplicaPhase, _ replica: Int) {
        let service = Int(self.replicas[replica].service)
        let artifact = phase == .imagePull ? self.services[service].image : self.services[service].weights
        guard artifact >= 0 else {
            return phase == .imagePull ? self.beginFetch(.weights, replica) : self.beginWarmUp(replica)
        }
        self.enter(phase, replica)
        let node = self.replicas[replica].node
        guard node >= 0 else {
            let time = self.draw(self.artifacts[artifact].time, replica, phase)
            return self.awaitPhase(replica, nanoseconds: time)
        }
        if let place = self.cluster?.nodes[node].cache.firstIndex(where: { $0.artifact == artifact }) {
            self.cluster?.nodes[node].cache[place].usedAt = self.now
            let time = self.draw(self.artifacts[artifact].cachedTime, replica, phase)
            return self.awaitPhase(replica, nanoseconds: time)
        }
        self.replicas[replica].epoch &+= 1
        self.fetch(artifact, to: node, for: replica)
    }

    private mutating func fetch(_ artifact: Int, to node: Int, for replica: Int) {
        let underWay = self.cluster?.fetches.firstIndex { !$0.isDone && $0.node == node && $0.artifact == artifact }
        if let underWay {
            self.cluster?.fetches[underWay].waiters.append(UInt32(replica))
            return
        }
        self.advanceTransfers()
        let fetch = Fetch(
            node: node,
            artifact: artifact,
            bytes: max(0, self.artifacts[artifact].bytes),
            waiters: [UInt32(replica)]
        )
        let place: Int
        if let free = self.cluster?.freeFetches.popLast() {
            place = free
            self.cluster?.fetches[place] = fetch
        } else {
            place = self.cluster?.fetches.count ?? 0
            self.cluster?.fetches.append(fetch)
        }
        if fetch.bytes == 0 { self.unpack(place) }
        self.shareLinks()
    }

    /// Everything has arrived; what is left is done on the node.
    private mutating func unpack(_ place: Int) {
        guard let fetch = self.cluster?.fetches[place], let first = fetch.waiters.first else {
            return self.fetchDone(place)
        }
        self.cluster?.fetches[place].isUnpacking = true
        let phase = self.replicas[Int(first)].phase
        let time = self.draw(self.artifacts[fetch.artifact].time, Int(first), phase)
        self.schedule(.fetchDone, after: time, argument: place)
    }

    mutating func fetchDone(_ place: Int) {
        guard let fetch = self.cluster?.fetches[place], !fetch.isDone else { return }
        self.cluster?.fetches[place].isDone = true
        self.cluster?.freeFetches.append(place)
        self.cache(fetch.artifact, on: fetch.node)
        for waiter in fetch.waiters where self.replicas[Int(waiter)].node == fetch.node {
            self.phaseDone(Int(waiter), epoch: self.replicas[Int(waiter)].epoch)
        }
    }

    /// Keeps the artifact, and forgets what was not used for longest until it fits.
    mutating func cache(_ artifact: Int, on node: Int) {
        guard let state = self.cluster?.nodes[node], state.stage != .gone, let cluster = self.cluster else { return }
        let entry = NodeState.Cached(artifact: artifact, bytes: self.artifacts[artifact].bytes, usedAt: self.now)
        self.cluster?.nodes[node].cache.append(entry)
        guard let limit = cluster.pools[state.pool].model.cacheBytes else { return }
        var cache = state.cache + [entry]
        while cache.count > 1, cache.reduce(0, { $0 + $1.bytes }) > limit {
            let oldest = cache.indices.min { (cache[$0].usedAt, $0) < (cache[$1].usedAt, $1) } ?? 0
            cache.remove(at: oldest)
        }
        self.cluster?.nodes[node].cache = cache
    }

    mutating func abandonFetches(to node: Int) {
        self.advanceTransfers()
        for place in (self.cluster?.fetches ?? []).indices {
            guard let fetch = self.cluster?.fetches[place], fetch.node == node, !fetch.isDone else { continue }
            // Its place is not used again, because an event about it may still come.
            self.cluster?.fetches[place].isDone = true
        }
        self.shareLinks()
    }
}

// MARK: - Links that transfers share

extension Simulation {
    mutating func transferDone(epoch: UInt16) {
        guard self.cluster?.transferEpoch == epoch else { return }
        self.advanceTransfers()
        for place in (self.cluster?.fetches ?? []).indices {
            guard let fetch = self.cluster?.fetches[place], !fetch.isDone, !fetch.isUnpacking else { continue }
            // What is left is less than a nanosecond brings.
            if fetch.bytes <= fetch.rate * 1e-9 + 1e-6 { self.unpack(place) }
        }
        self.shareLinks()
    }

    /// Books what has travelled since the rates last changed.
    private mutating func advanceTransfers() {
        guard let cluster = self.cluster else { return }
        let seconds = Double(self.now - cluster.transfersUpdatedAt) / 1e9
        self.cluster?.transfersUpdatedAt = self.now
        guard seconds > 0 else { return }
        for place in cluster.fetches.indices where !cluster.fetches[place].isDone && !cluster.fetches[place].isUnpacking
        {
            let rest = cluster.fetches[place].bytes - cluster.fetches[place].rate * seconds
            self.cluster?.fetches[place].bytes = max(0, rest)
        }
    }

    /// Shares links evenly and fully: nobody can have more without someone who has less losing some.
    private mutating func shareLinks() {
        guard let cluster = self.cluster else { return }
        let moving = cluster.fetches.indices.filter { !cluster.fetches[$0].isDone && !cluster.fetches[$0].isUnpacking }
        self.cluster?.transferEpoch &+= 1
        guard !moving.isEmpty else { return }
        var ceilings = moving.map { place -> (place: Int, ceiling: Double) in
            let node = cluster.fetches[place].node
            let sharers = moving.reduce(0) { $0 + (cluster.fetches[$1].node == node ? 1 : 0) }
            let link = cluster.pools[cluster.nodes[node].pool].model.bytesPerSecond ?? .infinity
            return (place, link / Double(sharers))
        }
        ceilings.sort { ($0.ceiling, $0.place) < ($1.ceiling, $1.place) }
        var left = cluster.model.registryBytesPerSecond ?? .infinity
        var soonest = Double.infinity
        for (position, entry) in ceilings.enumerated() {
            let rate = min(entry.ceiling, left / Double(ceilings.count - position))
            if left < .infinity { left -= rate }
            self.cluster?.fetches[entry.place].rate = rate
            soonest = min(soonest, rate == .infinity ? 0 : cluster.fetches[entry.place].bytes / rate)
        }
        guard soonest < 9e9, let epoch = self.cluster?.transferEpoch else { return }
        self.schedule(.transferDone, after: Int64((soonest * 1e9).rounded(.up)), lane: epoch, argument: 0)
    }
}
