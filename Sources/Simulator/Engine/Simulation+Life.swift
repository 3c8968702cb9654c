import RoutingCore
import ScalingCore
import SimulationKit
import Timekeeping

// MARK: - Orders

extension Simulation {
    /// Brings the replicas of a service to the number that was decided.
    mutating func scale(_ service: Int, to count: Int) {
        let committed = self.services[service].ready + self.services[service].starting
        if count > committed {
            for _ in 0..<(count - committed) { self.order(service) }
        } else if count < committed {
            self.shrink(service, to: count)
        }
        guard count != committed, self.services[service].interests.contains(.replicas) else { return }
        self.notify(service, .replicasMoved)
    }

    /// Replaces what was lost, as a Deployment would.
    mutating func replace(_ service: Int) {
        guard self.services[service].actuating < 0 else { return }
        self.scale(service, to: self.services[service].desired)
    }

    private mutating func shrink(_ service: Int, to count: Int) {
        var candidates: [ReplicaCandidate] = []
        for replica in self.services[service].replicas {
            let state = self.replicas[Int(replica)]
            guard !state.isLeaving else { continue }
            candidates.append(
                ReplicaCandidate(
                    name: String(replica),
                    inFlightRequests: state.inFlight,
                    isReady: state.phase == .ready,
                    createdAt: MonotonicInstant(nanoseconds: state.orderedAt)
                )
            )
        }
        for name in ReplicaCandidate.victims(among: candidates, desired: count) {
            guard let replica = Int(name) else { continue }
            self.retire(replica)
        }
    }

    /// A replica is to go: at once when it is not ready, else when it has finished what it holds.
    mutating func retire(_ replica: Int) {
        guard self.replicas[replica].exists, !self.replicas[replica].isLeaving else { return }
        let service = Int(self.replicas[replica].service)
        guard self.replicas[replica].phase == .ready else {
            if self.isCounting { self.services[service].result.startsCancelled &+= 1 }
            return self.replicaGone(replica)
        }
        self.replicas[replica].isLeaving = true
        self.enter(.draining, replica)
        guard let id = self.replicas[replica].id else { return self.consumerLeaves(replica, service: service) }
        if self.services[service].dispatcher.replicaDraining(id) { return self.replicaGone(replica) }
        let limit = Int64((self.services[service].model.drainSeconds * 1e9).rounded())
        self.replicas[replica].epoch &+= 1
        self.schedule(.drainExpiry, after: limit, lane: self.replicas[replica].epoch, argument: replica)
    }

    mutating func drainExpired(_ replica: Int, epoch: UInt16) {
        guard self.replicas[replica].exists, self.replicas[replica].epoch == epoch else { return }
        self.lose(replica)
    }

    private mutating func order(_ service: Int) {
        let replica = self.newReplica(service)
        if self.isCounting { self.services[service].result.startsOrdered &+= 1 }
        self.replicas[replica].phase = .pending
        self.services[service].starting += 1
        self.noteMost(service)
        let delay = self.draw(self.services[service].model.startup.scheduling, replica, .pending)
        self.awaitPhase(replica, nanoseconds: delay)
    }

    /// A place in the list of replicas, and a name for the dispatcher.
    mutating func newReplica(_ service: Int) -> Int {
        let place: Int
        if let free = self.freeReplicas.popLast() {
            place = Int(free)
        } else {
            place = self.replicas.count
            self.replicas.append(SimulatedReplica())
        }
        var replica = SimulatedReplica()
        replica.epoch = self.replicas[place].epoch &+ 1
        replica.expiryEpoch = self.replicas[place].expiryEpoch &+ 1
        replica.exists = true
        replica.service = UInt32(truncatingIfNeeded: service)
        replica.ordinal = self.services[service].ordered
        replica.since = self.now
        replica.orderedAt = self.now
        self.services[service].ordered += 1
        if !self.services[service].isQueue {
            let id = self.services[service].dispatcher.replicaAppeared()
            replica.id = id
            while self.services[service].replicaOfID.count <= id.index {
                self.services[service].replicaOfID.append(RequestArena.none)
            }
            self.services[service].replicaOfID[id.index] = UInt32(place)
        }
        self.replicas[place] = replica
        self.services[service].replicas.append(UInt32(place))
        return place
    }
}

// MARK: - Phases

extension Simulation {
    /// Time of one stretch of a start, the same for the same replica whatever else happens.
    mutating func draw(_ law: Distribution, _ replica: Int, _ phase: ReplicaPhase) -> Int64 {
        if case .constant(let seconds) = law, seconds == 0 { return 0 }
        let service = Int(self.replicas[replica].service)
        let recorded = self.services[service].model.startup.recorded
        if !recorded.isEmpty, self.replicas[replica].ordinal < recorded.count,
            let seconds = recorded[self.replicas[replica].ordinal].seconds(phase)
        {
            return Int64((max(seconds, 0) * 1e9).rounded())
        }
        let key =
            UInt64(self.replicas[replica].ordinal) << 16 | UInt64(self.replicas[replica].failures & 0xFFF) << 4
            | UInt64(phase.rawValue)
        var stream = self.services[service].startupStream.at(index: key)
        let time = law.sampleNanoseconds(&stream)
        let factor = self.services[service].startFactor
        return factor == 1 ? time : Int64((Double(time) * factor).rounded())
    }

    mutating func awaitPhase(_ replica: Int, nanoseconds: Int64) {
        self.replicas[replica].epoch &+= 1
        let epoch = self.replicas[replica].epoch
        if nanoseconds == 0 { return self.phaseDone(replica, epoch: epoch) }
        self.schedule(.phaseDone, after: nanoseconds, lane: epoch, argument: replica)
    }

    /// Books the time of the phase that ends and begins another.
    mutating func enter(_ phase: ReplicaPhase, _ replica: Int) {
        self.bookPhase(replica)
        let service = Int(self.replicas[replica].service)
        self.count(service, self.replicas[replica].phase, by: -1, isIdle: self.replicas[replica].inFlight == 0)
        self.replicas[replica].phase = phase
        self.count(service, phase, by: 1, isIdle: self.replicas[replica].inFlight == 0)
    }

    mutating func count(_ service: Int, _ phase: ReplicaPhase, by difference: Int, isIdle: Bool) {
        switch phase {
        case .ready: self.services[service].ready += difference
        case .draining: self.services[service].draining += difference
        default: self.services[service].starting += difference
        }
        if phase == .ready || phase == .draining, isIdle { self.services[service].idle += difference }
    }

    mutating func bookPhase(_ replica: Int) {
        let service = Int(self.replicas[replica].service)
        let phase = self.replicas[replica].phase
        let spent = self.now &- self.replicas[replica].since
        self.replicas[replica].spent[phase.rawValue] &+= spent
        self.replicas[replica].since = self.now
        self.services[service].result.replicaTime[phase.rawValue].add(spent)
        switch phase {
        case .ready, .draining: self.services[service].steps.readyTime &+= spent
        default: self.services[service].steps.startingTime &+= spent
        }
    }

    /// One stretch of the start is over; the next one begins.
    mutating func phaseDone(_ replica: Int, epoch: UInt16) {
        guard self.replicas[replica].exists, self.replicas[replica].epoch == epoch else { return }
        let service = Int(self.replicas[replica].service)
        switch self.replicas[replica].phase {
        case .pending, .provisioning: self.place(replica)
        case .imagePull: self.beginFetch(.weights, replica)
        case .weights: self.beginWarmUp(replica)
        case .warmUp: self.warmedUp(replica, service: service)
        case .failed: self.beginWarmUp(replica)
        case .ready, .draining: break
        }
    }

    mutating func beginWarmUp(_ replica: Int) {
        let service = Int(self.replicas[replica].service)
        self.enter(.warmUp, replica)
        self.awaitPhase(
            replica,
            nanoseconds: self.draw(self.services[service].model.startup.warmUp, replica, .warmUp)
        )
    }

    private mutating func warmedUp(_ replica: Int, service: Int) {
        let startup = self.services[service].model.startup
        if startup.failureShare > 0 {
            let key = UInt64(self.replicas[replica].ordinal) << 16 | UInt64(self.replicas[replica].failures) << 4 | 15
            var stream = self.services[service].startupStream.at(index: key)
            if stream.uniform() < startup.failureShare { return self.startFailed(replica, startup) }
        }
        self.becomeReady(replica)
    }

    private mutating func startFailed(_ replica: Int, _ startup: StartupModel) {
        let service = Int(self.replicas[replica].service)
        if self.isCounting { self.services[service].result.startsFailed &+= 1 }
        var pause = startup.restartPauseSeconds
        for _ in 0..<min(self.replicas[replica].failures, 10) { pause = min(300, pause * 2) }
        self.replicas[replica].failures += 1
        self.enter(.failed, replica)
        self.awaitPhase(replica, nanoseconds: max(1, Int64((pause * 1e9).rounded())))
    }

    mutating func becomeReady(_ replica: Int) {
        let service = Int(self.replicas[replica].service)
        self.enter(.ready, replica)
        self.replicas[replica].idleSince = self.now
        self.prepareWork(replica, service: service)
        self.recordStart(replica, service: service)
        self.noteMost(service)
        if self.services[service].isQueue {
            self.consumerJoins(replica, service: service)
        } else {
            let delay = self.draw(self.services[service].gateway.readinessDelay, replica, .ready)
            self.replicas[replica].epoch &+= 1
            if delay == 0 {
                self.replicaRoutable(replica, epoch: self.replicas[replica].epoch)
            } else {
                self.schedule(.routable, after: delay, lane: self.replicas[replica].epoch, argument: replica)
            }
        }
        guard self.replicas[replica].exists, self.services[service].interests.contains(.replicas) else { return }
        let seconds = Double(self.now &- self.replicas[replica].orderedAt) / 1e9
        self.notify(service, .replicaReady, seconds: seconds)
    }

    mutating func replicaRoutable(_ replica: Int, epoch: UInt16) {
        guard self.replicas[replica].exists, self.replicas[replica].epoch == epoch else { return }
        guard let id = self.replicas[replica].id else { return }
        let service = Int(self.replicas[replica].service)
        self.carryOut(self.services[service].dispatcher.replicaBecameReady(id), service: service)
        if self.replicas[replica].inFlight == 0, self.services[service].idleExpiry != nil {
            self.setIdleTimer(replica, service: service)
        }
    }
}

// MARK: - The end of a replica

extension Simulation {
    /// The replica is gone and holds nothing.
    mutating func replicaGone(_ replica: Int) {
        let service = Int(self.replicas[replica].service)
        self.bookPhase(replica)
        self.count(service, self.replicas[replica].phase, by: -1, isIdle: self.replicas[replica].inFlight == 0)
        self.recordEnd(replica, service: service)
        if let id = self.replicas[replica].id { self.services[service].dispatcher.replicaRemoved(id) }
        self.releaseWork(replica, service: service)
        self.services[service].replicas.removeAll { $0 == UInt32(replica) }
        let wasAsked = self.replicas[replica].isLeaving
        self.replicas[replica].exists = false
        self.replicas[replica].epoch &+= 1
        self.freeReplicas.append(UInt32(replica))
        self.leaveNode(replica)
        if wasAsked, self.services[service].interests.contains(.replicas) { self.notify(service, .replicaGone) }
    }

    /// The replica dies with all that it holds.
    mutating func lose(_ replica: Int) {
        guard self.replicas[replica].exists else { return }
        let service = Int(self.replicas[replica].service)
        self.wakeUp(service)
        let wasAsked = self.replicas[replica].isLeaving
        if self.isCounting, !wasAsked { self.services[service].result.replicasLost &+= 1 }
        var held: [UInt32] = []
        if self.replicas[replica].inFlight > 0 {
            for position in self.requests.slots.indices where self.requests.slots[position].replica == UInt32(replica) {
                held.append(UInt32(position))
            }
            // Nobody new may be sent here while the places are given back.
            if let id = self.replicas[replica].id { _ = self.services[service].dispatcher.replicaDraining(id) }
            self.services[service].result.busyTime.add(self.now &- self.replicas[replica].busySince)
        }
        let id = self.replicas[replica].id
        let consumer = self.replicas[replica].id == nil
        self.replicaGone(replica)
        self.replicas[replica].inFlight = 0
        if consumer { self.consumerLost(replica, held: held, service: service) }
        for request in held where !consumer {
            self.requests[request].replica = RequestArena.none
            self.requests[request].generation &+= 1
            if let id { _ = self.services[service].dispatcher.requestFinished(on: id, now: self.instant) }
            self.changeConcurrency(of: service, by: -1)
            self.tryFailed(request, .replicaLost)
        }
        guard !wasAsked else { return }
        if self.services[service].interests.contains(.replicas) { self.notify(service, .replicaLost) }
        self.replace(service)
    }
}

// MARK: - Idle replicas that go by themselves

extension Simulation {
    /// One timer a replica: set when an idle period begins and none is pending, set anew when it comes too early.
    mutating func setIdleTimer(_ replica: Int, service: Int) {
        guard let law = self.services[service].idleExpiry, self.replicas[replica].phase == .ready else { return }
        let length: Int64
        if case .constant(let seconds) = law {
            length = Int64((min(seconds, 9e9) * 1e9).rounded())
        } else {
            let key = UInt64(self.replicas[replica].ordinal) << 32 | self.replicas[replica].idlePeriods
            var stream = self.services[service].keepAliveStream.at(index: key)
            length = law.sampleNanoseconds(&stream)
        }
        self.replicas[replica].idlePeriods &+= 1
        let deadline = self.now &+ length
        self.replicas[replica].idleDeadline = deadline
        let due = self.replicas[replica].expiryDue
        guard due < 0 || deadline < due else { return }
        self.armExpiry(replica, at: deadline)
    }

    private mutating func armExpiry(_ replica: Int, at due: Int64) {
        self.replicas[replica].expiryEpoch &+= 1
        self.replicas[replica].expiryDue = due
        self.schedule(.idleExpiry, at: due, lane: self.replicas[replica].expiryEpoch, argument: replica)
    }

    mutating func idleTimerFired(_ replica: Int, epoch: UInt16) {
        guard self.replicas[replica].exists, self.replicas[replica].expiryEpoch == epoch else { return }
        self.replicas[replica].expiryDue = -1
        guard self.replicas[replica].inFlight == 0, self.replicas[replica].phase == .ready else { return }
        let service = Int(self.replicas[replica].service)
        guard self.services[service].idleExpiry != nil else { return }
        guard self.replicas[replica].idleDeadline <= self.now else {
            return self.armExpiry(replica, at: self.replicas[replica].idleDeadline)
        }
        let committed = self.services[service].ready + self.services[service].starting
        guard committed > self.services[service].minReplicas else {
            // The last one that must stay is asked again one period later.
            return self.setIdleTimer(replica, service: service)
        }
        self.services[service].desired = max(self.services[service].minReplicas, committed - 1)
        self.retire(replica)
    }
}
