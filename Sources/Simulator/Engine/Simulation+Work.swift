import SimulationKit

// MARK: - Work on requests

extension Simulation {
    /// The request has a place at the replica.
    @inline(__always)
    mutating func begin(_ request: UInt32, on replica: Int) {
        let service = Int(self.replicas[replica].service)
        self.requests[request].replica = UInt32(truncatingIfNeeded: replica)
        if self.replicas[replica].inFlight == 0 { self.becameBusy(replica, service: service) }
        self.replicas[replica].inFlight += 1
        if !self.requests[request].flags.isDisjoint(with: .waited) { self.judge(request, replica) }
        self.replicas[replica].served &+= 1
        guard self.services[service].slots >= 0 else { return self.beginShared(request, on: replica, service: service) }
        let slots = self.services[service].slots
        if slots == 0 || self.replicas[replica].active < slots {
            self.startSlot(request, on: replica, service: service)
        } else {
            self.replicas[replica].queue.append(request, in: &self.requests)
        }
    }

    /// Whether the request counts as cold: it waited, and for a start.
    private mutating func judge(_ request: UInt32, _ replica: Int) {
        guard self.replicas[replica].served == 0 || self.requests[request].flags.contains(.foundNone) else { return }
        self.requests[request].flags.insert(.cold)
    }

    @inline(__always)
    private mutating func startSlot(_ request: UInt32, on replica: Int, service: Int) {
        self.replicas[replica].active += 1
        self.requests[request].started = self.now
        if self.services[service].hasFirstTime { self.takeFirstTime(request, replica, service: service) }
        var work = self.requests[request].work
        let factor = self.services[service].workFactor
        if factor != 1 { work = Int64((Double(work) * factor).rounded()) }
        self.schedule(
            .slotDone,
            at: self.now &+ work,
            lane: self.requests[request].generation,
            argument: Int(request)
        )
    }

    /// The first request of a replica follows a law of its own, drawn from the same numbers.
    private mutating func takeFirstTime(_ request: UInt32, _ replica: Int, service: Int) {
        guard self.replicas[replica].served == 1, let law = self.services[service].firstTime else { return }
        guard !self.requests[request].flags.contains(.hasOwnWork) else { return }
        var stream = self.sources[Int(self.requests[request].source)].sizes.at(index: self.requests[request].ordinal)
        self.requests[request].work = law.sampleNanoseconds(&stream)
    }

    @inline(__always)
    mutating func slotDone(_ request: UInt32, generation: UInt16) {
        guard self.requests[request].generation == generation else { return }
        let replica = Int(self.requests[request].replica)
        self.replicas[replica].active -= 1
        if !self.replicas[replica].queue.isEmpty,
            let next = self.replicas[replica].queue.popFirst(in: &self.requests)
        {
            self.startSlot(next, on: replica, service: Int(self.replicas[replica].service))
        }
        self.finish(request, on: replica)
    }

    @inline(__always)
    private mutating func becameBusy(_ replica: Int, service: Int) {
        self.replicas[replica].busySince = self.now
        self.services[service].idle -= 1
    }

    @inline(__always)
    mutating func becameIdle(_ replica: Int, service: Int) {
        self.services[service].result.busyTime.add(self.now &- self.replicas[replica].busySince)
        self.replicas[replica].idleSince = self.now
        self.services[service].idle += 1
        self.services[service].lastBusyAt = self.now
        if self.services[service].idleExpiry != nil { self.setIdleTimer(replica, service: service) }
    }
}

// MARK: - Work that requests share

extension Simulation {
    private mutating func beginShared(_ request: UInt32, on replica: Int, service: Int) {
        switch self.services[service].serving {
        case .slots: preconditionFailure("slots share nothing")
        case .sharing(let serving): self.beginSharing(request, on: replica, serving)
        case .batching(let serving): self.collect(request, on: replica, serving)
        case .tokens(let serving): self.beginTokens(request, on: replica, serving)
        }
    }

    /// The next moment that the replica's shared work asked for has come.
    ///
    /// A moment that was overtaken is recognised by its time: the work then waits for another one.
    mutating func workDone(_ replica: Int, epoch: UInt16) {
        guard self.replicas[replica].exists, self.replicas[replica].work >= 0 else { return }
        switch self.services[Int(self.replicas[replica].service)].serving {
        case .slots: break
        case .sharing(let serving): self.sharingAdvanced(replica, serving)
        case .batching(let serving): self.batchDone(replica, lane: Int(epoch), serving)
        case .tokens(let serving): self.tokensAdvanced(replica, serving)
        }
    }

    /// Gives the replica the state that its kind of serving needs.
    mutating func prepareWork(_ replica: Int, service: Int) {
        switch self.services[service].serving {
        case .slots: break
        case .sharing: self.replicas[replica].work = self.shared.add(SharedWork())
        case .batching(let serving): self.replicas[replica].work = self.batches.add(BatchWork(lanes: serving.lanes))
        case .tokens: self.replicas[replica].work = self.tokens.add(TokenWork())
        }
    }

    mutating func releaseWork(_ replica: Int, service: Int) {
        let work = self.replicas[replica].work
        guard work >= 0 else { return }
        self.replicas[replica].work = -1
        switch self.services[service].serving {
        case .slots: break
        case .sharing: self.shared.remove(work)
        case .batching: self.batches.remove(work)
        case .tokens: self.tokens.remove(work)
        }
    }
}
