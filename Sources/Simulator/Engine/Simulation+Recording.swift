import SimulationKit
import Timekeeping

// MARK: - Counts that change

extension Simulation {
    @inline(__always)
    mutating func changeConcurrency(of service: Int, by difference: Int) {
        self.bookAreas(service)
        self.services[service].concurrency += difference
    }

    @inline(__always)
    mutating func changeWaiting(of service: Int, by difference: Int) {
        self.bookAreas(service)
        let waiting = self.services[service].waiting + difference
        self.services[service].waiting = waiting
        if waiting > self.services[service].result.mostWaiting { self.services[service].result.mostWaiting = waiting }
    }

    /// Adds the time since the last change to the integrals.
    @inline(__always)
    mutating func bookAreas(_ service: Int) {
        let length = self.now &- self.services[service].changedAt
        guard length > 0 else { return }
        self.services[service].changedAt = self.now
        let concurrency = self.services[service].concurrency
        self.services[service].concurrencyArea &+= length &* Int64(concurrency)
        self.services[service].waitingArea &+= length &* Int64(self.services[service].waiting)
        // Moved to the wide sum long before 63 bits are full: a step is at most 10^14 ns times 10^4 requests.
        if self.services[service].concurrencyArea > 1 << 60 { self.flushAreas(service) }
        if self.scenario.recording.hasConcurrencyLaw { self.bookLaw(service, concurrency, length) }
    }

    private mutating func bookLaw(_ service: Int, _ concurrency: Int, _ length: Int64) {
        while self.services[service].result.concurrencyLaw.count <= concurrency {
            self.services[service].result.concurrencyLaw.append(0)
        }
        self.services[service].result.concurrencyLaw[concurrency] &+= length
    }

    mutating func flushAreas(_ service: Int) {
        self.services[service].result.concurrencyTime.add(self.services[service].concurrencyArea)
        self.services[service].result.waitingTime.add(self.services[service].waitingArea)
        self.services[service].steps.concurrencyTime &+= self.services[service].concurrencyArea
        self.services[service].steps.waitingTime &+= self.services[service].waitingArea
        self.services[service].concurrencyArea = 0
        self.services[service].waitingArea = 0
    }

    mutating func noteMost(_ service: Int) {
        let count = self.services[service].ready + self.services[service].starting + self.services[service].draining
        if count > self.services[service].result.mostReplicas { self.services[service].result.mostReplicas = count }
    }
}

// MARK: - Requests

extension Simulation {
    @inline(__always)
    mutating func recordServed(_ request: UInt32, service: Int) {
        let flags = self.requests[request].flags
        let first = self.requests[request].firstArrival
        let started = self.requests[request].started
        self.lastWork = self.now &- started
        self.services[service].steps.served &+= 1
        guard !flags.contains(.isUncounted) else { return }
        let total = self.now &- first
        self.services[service].result.served &+= 1
        self.services[service].result.total.record(total)
        self.services[service].result.wait.record(started &- first)
        self.services[service].result.service.record(self.now &- started)
        if flags.contains(.waited) { self.recordWaited(request, total: total, service: service) }
        if self.services[service].slots < 0 { self.recordTokens(request, service: service) }
        if self.services[service].hasObjective { self.recordObjective(request, total: total, service: service) }
        if self.scenario.recording.hasRequests { self.recordRequest(request, nil, service: service) }
    }

    private mutating func recordWaited(_ request: UInt32, total: Int64, service: Int) {
        self.services[service].result.waited &+= 1
        guard self.requests[request].flags.contains(.cold) else { return }
        self.services[service].steps.cold &+= 1
        self.services[service].result.cold &+= 1
        self.services[service].result.coldTotal.record(total)
    }

    private mutating func recordTokens(_ request: UInt32, service: Int) {
        let state = self.requests[request]
        guard state.firstToken >= 0 else { return }
        self.services[service].result.promptTokens &+= UInt64(state.promptTokens)
        self.services[service].result.outputTokens &+= UInt64(state.outputTokens)
        self.services[service].result.timeToFirstToken.record(state.firstToken &- state.firstArrival)
        guard state.outputTokens > 1 else { return }
        self.services[service].result.interToken.record((self.now &- state.firstToken) / Int64(state.outputTokens - 1))
    }

    private mutating func recordObjective(_ request: UInt32, total: Int64, service: Int) {
        guard let objective = self.services[service].model.objective else { return }
        let state = self.requests[request]
        func holds(_ seconds: Double?, _ nanoseconds: Int64) -> Bool {
            seconds.map { Double(nanoseconds) <= $0 * 1e9 } ?? true
        }
        guard holds(objective.totalSeconds, total) else { return }
        if state.firstToken >= 0 {
            guard holds(objective.timeToFirstTokenSeconds, state.firstToken &- state.firstArrival) else { return }
            let gaps = Int64(max(1, Int(state.outputTokens) - 1))
            guard holds(objective.interTokenSeconds, (self.now &- state.firstToken) / gaps) else { return }
        }
        self.services[service].result.withinObjective &+= 1
    }

    mutating func recordFailed(_ request: UInt32, _ reason: RequestFailure, service: Int) {
        self.services[service].steps.failed &+= 1
        guard !self.requests[request].flags.contains(.isUncounted) else { return }
        self.services[service].result.failed[reason.rawValue] &+= 1
        if self.requests[request].flags.contains(.waited) { self.services[service].result.waited &+= 1 }
        if self.requests[request].flags.contains(.cold) { self.services[service].result.cold &+= 1 }
        if self.scenario.recording.hasRequests { self.recordRequest(request, reason, service: service) }
    }

    private mutating func recordRequest(_ request: UInt32, _ failure: RequestFailure?, service: Int) {
        let state = self.requests[request]
        let replica = state.replica == RequestArena.none ? -1 : self.replicas[Int(state.replica)].ordinal
        self.services[service].result.requestLog.append(
            RequestRecord(
                arrivedAt: MonotonicInstant(nanoseconds: state.firstArrival),
                startedAt: state.started < 0 ? nil : MonotonicInstant(nanoseconds: state.started),
                endedAt: self.instant,
                attempts: Int(state.attempts),
                isCold: state.flags.contains(.cold),
                replica: replica,
                failure: failure
            )
        )
    }
}

// MARK: - Replicas and decisions

extension Simulation {
    mutating func recordStart(_ replica: Int, service: Int) {
        let state = self.replicas[replica]
        if self.isCounting {
            self.services[service].result.startsFinished &+= 1
            self.services[service].result.startup.record(self.now &- state.orderedAt)
            for phase in ReplicaPhase.allCases where phase.rawValue < ReplicaPhase.ready.rawValue {
                self.services[service].result.phases[phase.rawValue].record(state.spent[phase.rawValue])
            }
        }
        if self.scenario.recording.hasStarts { self.log(state, readyAt: self.instant, service: service) }
    }

    /// A start that never came to its end is told when the replica goes.
    mutating func recordEnd(_ replica: Int, service: Int) {
        let state = self.replicas[replica]
        guard self.scenario.recording.hasStarts, state.phase != .ready, state.phase != .draining else { return }
        self.log(state, readyAt: nil, service: service)
    }

    private mutating func log(_ state: SimulatedReplica, readyAt: MonotonicInstant?, service: Int) {
        let pool = state.node < 0 ? nil : self.cluster?.nodes[state.node].pool
        let name = pool.flatMap { self.cluster?.pools[$0].model.name }
        self.services[service].result.startLog.append(
            StartRecord(
                replica: state.ordinal,
                orderedAt: MonotonicInstant(nanoseconds: state.orderedAt),
                readyAt: readyAt,
                phases: (0..<8).map { state.spent[$0] },
                node: name.map { "\($0)-\(state.node)" } ?? ""
            )
        )
    }

    mutating func recordDecision(_ service: Int, before: Int, after: Int, view: PolicyView) {
        if self.isCounting { self.services[service].result.changes &+= 1 }
        guard self.scenario.recording.hasDecisions else { return }
        let reason = self.policies[self.services[service].policy].explanation(service: service)
        self.services[service].result.decisionLog.append(
            DecisionRecord(
                at: self.instant,
                before: before,
                after: after,
                ready: view.ready,
                starting: view.starting,
                waiting: view.waiting,
                inFlight: view.inFlight,
                reason: reason
            )
        )
    }
}

// MARK: - Time lines

extension Simulation {
    mutating func recordStep() {
        let step = self.result.timeline.stepNanoseconds
        guard step > 0 else { return }
        var all = Timeline.Step()
        for service in self.services.indices {
            self.bookEverything(service)
            let counts = self.services[service].steps
            self.services[service].steps = StepCounts()
            var own = Timeline.Step()
            own.arrivals = counts.arrivals
            own.served = counts.served
            own.failed = counts.failed
            own.cold = counts.cold
            // In thousandths: nanoseconds of the step divided by a thousandth of its length.
            own.readyMilli = Self.milli(counts.readyTime, step)
            own.startingMilli = Self.milli(counts.startingTime, step)
            own.waitingMilli = Self.milli(counts.waitingTime, step)
            own.concurrencyMilli = Self.milli(counts.concurrencyTime, step)
            own.desired = Int32(clamping: self.services[service].desired)
            all.add(own)
            if self.scenario.recording.hasServiceTimelines { self.services[service].result.timeline.steps.append(own) }
        }
        let nodes = self.cluster?.nodes ?? []
        all.nodes = Int32(clamping: nodes.reduce(0) { $0 + ($1.stage == .ready || $1.stage == .leaving ? 1 : 0) })
        self.result.timeline.steps.append(all)
        self.schedule(.timeline, after: step, argument: 0)
    }

    private static func milli(_ time: Int64, _ step: Int64) -> Int64 {
        let (high, low) = time.multipliedFullWidth(by: 1000)
        return step.dividingFullWidth((high, low)).quotient
    }

    /// Brings every account of the service up to now.
    mutating func bookEverything(_ service: Int) {
        self.bookAreas(service)
        self.flushAreas(service)
        for replica in self.services[service].replicas {
            self.bookPhase(Int(replica))
            guard self.replicas[Int(replica)].inFlight > 0 else { continue }
            self.services[service].result.busyTime.add(self.now &- self.replicas[Int(replica)].busySince)
            self.replicas[Int(replica)].busySince = self.now
        }
    }
}

extension Timeline.Step {
    fileprivate mutating func add(_ other: Timeline.Step) {
        self.arrivals &+= other.arrivals
        self.served &+= other.served
        self.failed &+= other.failed
        self.cold &+= other.cold
        self.readyMilli &+= other.readyMilli
        self.startingMilli &+= other.startingMilli
        self.waitingMilli &+= other.waitingMilli
        self.concurrencyMilli &+= other.concurrencyMilli
        self.desired &+= other.desired
    }
}

// MARK: - Beginning and end of what counts

extension Simulation {
    /// The warm-up is over: what was recorded so far is forgotten, what exists stays.
    mutating func beginCounting() {
        self.catchUpAll()
        self.isCounting = true
        for service in self.services.indices {
            self.bookEverything(service)
            let timeline = self.services[service].result.timeline
            self.services[service].result = ServiceResult(name: self.services[service].model.name)
            self.services[service].result.timeline = timeline
            self.noteMost(service)
            self.services[service].result.mostWaiting = self.services[service].waiting
        }
        let pools = self.cluster?.pools.indices ?? 0..<0
        for node in (self.cluster?.nodes ?? []).indices { self.bookNode(node) }
        for pool in pools {
            let name = self.cluster?.pools[pool].model.name ?? ""
            self.cluster?.pools[pool].result = ClusterResult.Pool(name: name)
            let nodes = self.cluster?.pools[pool].nodes ?? 0
            self.cluster?.pools[pool].result.mostNodes = nodes
        }
        self.result.cluster = ClusterResult()
        self.cluster?.unplacedSince = self.now
    }

    /// Closes the books.
    mutating func finished() -> RunResult {
        self.catchUpAll()
        for service in self.services.indices {
            self.bookEverything(service)
            let hours = self.services[service].result.replicaSeconds / 3600
            if self.cluster == nil {
                self.services[service].result.cost = hours * self.services[service].model.pricePerReplicaHour
            }
            self.result.services.append(self.services[service].result)
        }
        for node in (self.cluster?.nodes ?? []).indices { self.bookNode(node) }
        if let cluster = self.cluster {
            self.result.cluster.unplacedTime.add(self.now - cluster.unplacedSince, count: cluster.unplaced.count)
            self.result.cluster.pools = cluster.pools.map { pool in
                var result = pool.result
                result.cost = result.nodeTime.seconds / 3600 * pool.model.pricePerHour
                return result
            }
        }
        self.result.events = self.events
        self.result.horizonNanoseconds = self.now
        return self.result
    }
}
