import SimulationKit
import Timekeeping

// MARK: - Messages

extension Simulation {
    mutating func messageCame(_ message: UInt32, service: Int) {
        if self.services[service].interests.contains(.arrivals) { self.notify(service, .requestArrived) }
        self.services[service].polledArrivals += 1
        self.requests[message].flags.formUnion([.waited, .isWaiting])
        if self.services[service].ready == 0 { self.requests[message].flags.insert(.foundNone) }
        let partition = self.partition(of: message, service: service)
        self.line(up: message, partition: partition, service: service, atFront: false)
        self.feed(partition: partition, service: service)
        if self.services[service].interests.contains(.waits) { self.notify(service, .requestWaits) }
    }

    /// Keys are taken to be spread evenly: a message's number decides.
    private func partition(of message: UInt32, service: Int) -> Int {
        let count = self.services[service].topic?.partitions.count ?? 1
        guard count > 1 else { return 0 }
        var stream = RandomStream(seed: self.seed, replication: self.replication, purpose: .partitions, entity: service)
            .at(index: self.requests[message].ordinal)
        return stream.below(count)
    }

    private mutating func line(up message: UInt32, partition: Int, service: Int, atFront: Bool) {
        self.changeWaiting(of: service, by: 1)
        self.services[service].topic?.waiting += 1
        if atFront {
            self.services[service].topic?.partitions[partition].prepend(message, in: &self.requests)
        } else {
            self.services[service].topic?.partitions[partition].append(message, in: &self.requests)
        }
    }

    /// Lets somebody fetch who may read the partition and has nothing to do.
    private mutating func feed(partition: Int, service: Int) {
        guard let topic = self.services[service].topic, !topic.isRebalancing else { return }
        if topic.isShared {
            guard self.services[service].idle > 0 else { return }
            for replica in self.services[service].replicas where self.isFree(Int(replica)) {
                return self.fetch(Int(replica), service: service)
            }
        } else if topic.owner[partition] >= 0, self.isFree(topic.owner[partition]) {
            self.fetch(topic.owner[partition], service: service)
        }
    }

    private func isFree(_ replica: Int) -> Bool {
        self.replicas[replica].exists && self.replicas[replica].phase == .ready && self.replicas[replica].inFlight == 0
    }

    /// Takes messages, from one partition after the other, and works on them.
    private mutating func fetch(_ replica: Int, service: Int) {
        guard let topic = self.services[service].topic, !topic.isRebalancing else { return }
        var batch: [UInt32] = []
        for partition in topic.partitions.indices where topic.isShared || topic.owner[partition] == replica {
            while batch.count < max(1, topic.model.maxBatch),
                let message = self.services[service].topic?.partitions[partition].popFirst(in: &self.requests)
            {
                batch.append(message)
            }
        }
        self.services[service].topic?.waiting -= batch.count
        self.services[service].topic?.fetched += batch.count
        self.changeWaiting(of: service, by: -batch.count)
        for message in batch {
            self.requests[message].flags.remove(.isWaiting)
            self.begin(message, on: replica)
        }
    }
}

// MARK: - Consumers

extension Simulation {
    mutating func consumerJoins(_ replica: Int, service: Int) {
        if self.services[service].idleExpiry != nil { self.setIdleTimer(replica, service: service) }
        guard self.services[service].topic?.isShared == true else { return self.rebalance(service) }
        self.fetch(replica, service: service)
    }

    /// A message is done.
    mutating func consumerProgressed(_ replica: Int, service: Int) {
        self.services[service].topic?.fetched -= 1
        let interests = self.services[service].interests
        if self.replicas[replica].inFlight == 0 {
            if self.replicas[replica].isLeaving {
                self.consumerGone(replica, service: service)
            } else {
                self.fetch(replica, service: service)
            }
        }
        if interests.contains(.completions) {
            self.notify(service, .requestFinished, seconds: Double(self.lastWork) / 1e9)
        }
        if interests.contains(.idleness), self.services[service].concurrency == 0 { self.notify(service, .becameIdle) }
    }

    mutating func consumerLeaves(_ replica: Int, service: Int) {
        if self.replicas[replica].inFlight == 0 { return self.consumerGone(replica, service: service) }
        let limit = Int64((self.services[service].model.drainSeconds * 1e9).rounded())
        self.replicas[replica].epoch &+= 1
        self.schedule(.drainExpiry, after: limit, lane: self.replicas[replica].epoch, argument: replica)
    }

    private mutating func consumerGone(_ replica: Int, service: Int) {
        self.replicaGone(replica)
        if self.services[service].topic?.isShared == false { self.rebalance(service) }
    }

    /// What a lost consumer had fetched and not done is read again, before everything else.
    mutating func consumerLost(_ replica: Int, held: [UInt32], service: Int) {
        self.services[service].topic?.fetched -= held.count
        for message in held.reversed() {
            self.requests[message].replica = RequestArena.none
            self.requests[message].generation &+= 1
            self.requests[message].started = -1
            self.requests[message].flags.insert(.isWaiting)
            let partition = self.partition(of: message, service: service)
            self.line(up: message, partition: partition, service: service, atFront: true)
            self.feed(partition: partition, service: service)
        }
        if self.services[service].topic?.isShared == false { self.rebalance(service) }
    }

    /// Everyone stops fetching until the partitions are shared out anew.
    private mutating func rebalance(_ service: Int) {
        guard let topic = self.services[service].topic else { return }
        self.services[service].topic?.isRebalancing = true
        self.services[service].topic?.epoch &+= 1
        self.services[service].topic?.rebalances &+= 1
        var stream = self.services[service].startupStream.at(index: 1 << 60 | topic.rebalances)
        self.schedule(
            .rebalanced,
            after: topic.model.rebalance.sampleNanoseconds(&stream),
            lane: topic.epoch &+ 1,
            argument: service
        )
    }

    mutating func topicRebalanced(_ service: Int, epoch: UInt16) {
        guard let topic = self.services[service].topic, topic.epoch == epoch else { return }
        self.services[service].topic?.isRebalancing = false
        let consumers = self.services[service].replicas.filter { self.replicas[Int($0)].phase == .ready }
        let partitions = topic.partitions.count
        for partition in 0..<partitions {
            // In ranges, as evenly as whole partitions allow.
            let owner = consumers.isEmpty ? -1 : Int(consumers[partition * consumers.count / partitions])
            self.services[service].topic?.owner[partition] = owner
        }
        for partition in 0..<partitions { self.feed(partition: partition, service: service) }
    }
}

// MARK: - Lag

extension Simulation {
    /// The policy may want to look more often while something moves, and more rarely in quiet.
    private mutating func schedulePoll(_ service: Int, _ model: QueueModel) {
        let regular = self.now + max(1_000_000, Int64((model.pollSeconds * 1e9).rounded()))
        let policy = self.services[service].policy
        let wanted = self.policies[policy].nextPoll(service: service, after: self.instant)?.nanoseconds
        self.schedule(.poll, at: max(self.now + 1_000_000, wanted ?? regular), argument: service)
    }

    mutating func pollLag(_ service: Int) {
        guard let topic = self.services[service].topic else { return }
        let interval = max(1e-3, Double(self.now &- topic.polledAt) / 1e9)
        self.services[service].topic?.polledAt = self.now
        defer { self.schedulePoll(service, topic.model) }
        let arrived = self.services[service].polledArrivals
        self.services[service].polledArrivals = 0
        guard self.services[service].silencers == 0 else { return }
        let sample = MetricSample(
            service: service,
            measuredAt: self.instant,
            intervalSeconds: interval,
            averageConcurrency: Double(topic.lag),
            requestsPerSecond: Double(arrived) / interval,
            waiting: topic.waiting,
            inFlight: topic.fetched,
            lag: topic.lag
        )
        let delay = Int64((self.scenario.metrics.lagSeconds * 1e9).rounded())
        guard delay > 0 else { return self.observe(sample) }
        self.deliveries.append([sample])
        self.schedule(.delivery, after: delay, argument: 0)
    }
}
