import SimulationKit

/// Dynamic batching on one replica.
struct BatchWork {
    /// Requests that wait for a batch; how long the first of them has.
    var collected = RequestList()
    var dueAt: Int64 = -1
    /// Batches under way, by lane.
    var running: [RequestList]
    /// When each lane is done; -1: it is free.
    var laneDue: [Int64]
    var batches: UInt64 = 0

    init(lanes: Int) {
        self.running = Array(repeating: RequestList(), count: max(1, lanes))
        self.laneDue = Array(repeating: -1, count: max(1, lanes))
    }
}

extension Simulation {
    mutating func collect(_ request: UInt32, on replica: Int, _ serving: BatchServing) {
        let place = self.replicas[replica].work
        self.batches[place].collected.append(request, in: &self.requests)
        if self.batches[place].collected.count >= serving.maxBatch { return self.startBatches(replica, serving) }
        guard self.batches[place].collected.count == 1 else { return }
        let due = self.now + Int64((serving.maxDelaySeconds * 1e9).rounded())
        self.batches[place].dueAt = due
        if due == self.now { return self.startBatches(replica, serving) }
        self.schedule(.batchDue, at: due, argument: replica)
    }

    mutating func batchDue(_ replica: Int, epoch: UInt16) {
        guard self.replicas[replica].exists, self.replicas[replica].work >= 0 else { return }
        let service = Int(self.replicas[replica].service)
        guard case .batching(let serving) = self.services[service].serving else { return }
        guard self.batches[self.replicas[replica].work].dueAt == self.now else { return }
        self.startBatches(replica, serving)
    }

    /// Starts a batch on every free lane, as long as one is full or due.
    private mutating func startBatches(_ replica: Int, _ serving: BatchServing) {
        let place = self.replicas[replica].work
        while !self.batches[place].collected.isEmpty, let lane = self.batches[place].laneDue.firstIndex(of: -1) {
            let isDue = self.batches[place].dueAt <= self.now
            guard isDue || self.batches[place].collected.count >= serving.maxBatch else { return }
            self.startBatch(replica, lane: lane, serving)
        }
    }

    private mutating func startBatch(_ replica: Int, lane: Int, _ serving: BatchServing) {
        let place = self.replicas[replica].work
        let service = Int(self.replicas[replica].service)
        var size = 0
        while size < serving.maxBatch, let request = self.batches[place].collected.popFirst(in: &self.requests) {
            self.requests[request].started = self.now
            self.batches[place].running[lane].append(request, in: &self.requests)
            size += 1
        }
        self.batches[place].batches &+= 1
        // Whoever is left has waited already as far as a batch under way is concerned.
        let key = UInt64(self.replicas[replica].ordinal) << 32 | self.batches[place].batches
        var stream = self.services[service].batchStream.at(index: key)
        let seconds = serving.latency.seconds(at: Double(size)) * max(0, serving.latency.noise.sample(&stream))
        let length = Int64((seconds * self.services[service].workFactor * 1e9).rounded())
        self.batches[place].laneDue[lane] = self.now + length
        self.schedule(.workDone, after: length, lane: UInt16(lane), argument: replica)
    }

    mutating func batchDone(_ replica: Int, lane: Int, _ serving: BatchServing) {
        let place = self.replicas[replica].work
        guard lane < self.batches[place].laneDue.count, self.batches[place].laneDue[lane] == self.now else { return }
        var batch = self.batches[place].running[lane]
        self.batches[place].running[lane] = RequestList()
        self.batches[place].laneDue[lane] = -1
        while let request = batch.popFirst(in: &self.requests) {
            self.finish(request, on: replica)
            // The last one may have been what a leaving replica waited for.
            guard self.replicas[replica].work == place else { return }
        }
        self.startBatches(replica, serving)
    }
}
