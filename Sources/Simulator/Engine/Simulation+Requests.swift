import RoutingCore
import SimulationKit
import Timekeeping

// MARK: - Arrivals

extension Simulation {
    /// The pending arrival of an open workload is due; the next one is asked for at once.
    @inline(__always)
    mutating func sourceArrived(_ source: Int) {
        guard let arrival = self.sources[source].pending else { return }
        let next = self.sources[source].next()
        self.sources[source].pending = next
        if let next {
            self.schedule(.arrival, at: max(self.now, next.at.nanoseconds), argument: source)
        }
        self.requestCame(arrival, from: source)
    }

    /// A client of a closed loop asks.
    mutating func clientThought(_ source: Int) {
        self.requestCame(Arrival(at: self.instant), from: source)
    }

    @inline(__always)
    private mutating func requestCame(_ arrival: Arrival, from source: Int) {
        let service = self.sources[source].service
        let request = self.requests.add()
        let ordinal = self.sources[source].count
        self.sources[source].count = ordinal &+ 1
        self.requests[request].firstArrival = self.now
        self.requests[request].service = UInt32(truncatingIfNeeded: service)
        self.requests[request].source = UInt32(truncatingIfNeeded: source)
        self.requests[request].ordinal = ordinal
        if !self.isCounting { self.requests[request].flags.insert(.isUncounted) }
        self.giveSize(arrival, to: request, source: source)
        self.services[service].result.arrived &+= 1
        self.services[service].steps.arrivals &+= 1
        self.enter(request, service: service)
    }

    /// What the request asks for: as the arrival says, else drawn by its number, so that every policy meets the same.
    @inline(__always)
    private mutating func giveSize(_ arrival: Arrival, to request: UInt32, source: Int) {
        let service = self.sources[source].service
        if self.services[service].slots >= 0 {
            if arrival.workNanoseconds >= 0 {
                self.requests[request].work = arrival.workNanoseconds
                self.requests[request].flags.insert(.hasOwnWork)
            } else {
                var stream = self.sources[source].sizes.at(index: self.requests[request].ordinal)
                self.requests[request].work = self.services[service].time.sampleNanoseconds(&stream)
            }
        } else {
            self.giveSharedSize(arrival, to: request, source: source)
        }
    }

    private mutating func giveSharedSize(_ arrival: Arrival, to request: UInt32, source: Int) {
        let service = self.sources[source].service
        var stream = self.sources[source].sizes.at(index: self.requests[request].ordinal)
        switch self.services[service].serving {
        case .slots, .batching: break
        case .sharing(let serving):
            self.requests[request].work =
                arrival.workNanoseconds >= 0 ? arrival.workNanoseconds : serving.time.sampleNanoseconds(&stream)
        case .tokens(let serving):
            let prompt = serving.promptTokens.sample(&stream).rounded()
            let output = serving.outputTokens.sample(&stream).rounded()
            let (ownPrompt, ownOutput) = (arrival.promptTokens, arrival.outputTokens)
            let hasOwn = ownPrompt > 0 || ownOutput > 0
            self.requests[request].promptTokens = hasOwn ? max(1, ownPrompt) : UInt32(min(max(1, prompt), 1e9))
            self.requests[request].outputTokens = hasOwn ? max(1, ownOutput) : UInt32(min(max(1, output), 1e9))
        }
    }
}

// MARK: - Admission

extension Simulation {
    /// A request comes to the door, for the first time or again.
    @inline(__always)
    mutating func enter(_ request: UInt32, service: Int) {
        self.requests[request].attempts &+= 1
        self.closeIntervals(service)
        self.changeConcurrency(of: service, by: 1)
        if self.services[service].concurrency > self.services[service].rest.mostConcurrency { self.wakeUp(service) }
        self.report(service)
        if self.services[service].isQueue { return self.messageCame(request, service: service) }
        if self.services[service].interests.contains(.arrivals) { self.notify(service, .requestArrived) }
        switch self.services[service].dispatcher.requestArrived(now: self.instant) {
        case .proceed(let id):
            let replica = self.services[service].replicaOfID[id.index]
            self.begin(request, on: Int(replica))
        case .wait(let ticket, let isFirst):
            self.wait(request, ticket: ticket, isFirst: isFirst, service: service)
        case .rejectQueueFull:
            self.changeConcurrency(of: service, by: -1)
            self.tryFailed(request, .queueFull)
        }
    }

    @inline(__always)
    private mutating func wait(_ request: UInt32, ticket: Ticket, isFirst: Bool, service: Int) {
        self.wakeUp(service)
        let place = ticket.index
        while self.services[service].waiters.count <= place { self.services[service].waiters.append(RequestArena.none) }
        self.services[service].waiters[place] = request
        self.requests[request].flags.formUnion([.waited, .isWaiting])
        let hasReady = self.services[service].dispatcher.hasReadyReplica
        if !hasReady { self.requests[request].flags.insert(.foundNone) }
        self.changeWaiting(of: service, by: 1)
        self.setDeadline(of: request, ticket: ticket, service: service)
        let interests = self.services[service].interests
        if interests.contains(.waits) { self.notify(service, .requestWaits) }
        guard interests.contains(.wakes) else { return }
        let waiting = self.services[service].waiting
        guard waiting > 0 else { return }
        let isDue = self.services[service].wakes.isDue(
            waiting: waiting,
            isFirst: isFirst,
            hasReadyReplica: hasReady,
            now: self.instant
        )
        guard isDue else { return }
        let delay = Int64((self.scenario.metrics.wakeSeconds * 1e9).rounded())
        if delay > 0 { self.schedule(.wake, after: delay, argument: service) } else { self.queueGrew(service) }
    }

    /// Requests that wait got places, in order.
    mutating func carryOut(_ grants: [RevisionDispatcher.Grant], service: Int) {
        for grant in grants { self.carryOut(grant, service: service) }
    }

    @inline(__always)
    mutating func carryOut(_ grant: RevisionDispatcher.Grant, service: Int) {
        let request = self.services[service].waiters[grant.ticket.index]
        self.requests[request].flags.remove(.isWaiting)
        self.changeWaiting(of: service, by: -1)
        self.begin(request, on: Int(self.services[service].replicaOfID[grant.replica.index]))
    }
}

// MARK: - Patience

extension Simulation {
    @inline(__always)
    private mutating func setDeadline(of request: UInt32, ticket: Ticket, service: Int) {
        let patience = self.services[service].waitTimeout
        guard patience < .max else { return }
        let entry = DeadlineRing.Entry(
            request: request,
            generation: self.requests[request].generation,
            attempt: self.requests[request].attempts,
            ticket: ticket,
            due: self.now &+ patience
        )
        self.services[service].deadlines.append(entry)
        guard !self.services[service].isDeadlineSet else { return }
        self.services[service].isDeadlineSet = true
        self.schedule(.waitExpiry, at: entry.due, argument: service)
    }

    /// One timer a service: it looks at who waits longest, and is set anew for the next one.
    mutating func waitTimerFired(_ service: Int) {
        self.services[service].isDeadlineSet = false
        while let entry = self.services[service].deadlines.first {
            let request = entry.request
            let isSame =
                self.requests[request].generation == entry.generation
                && self.requests[request].attempts == entry.attempt
                && self.requests[request].flags.contains(.isWaiting)
            if isSame, entry.due > self.now {
                self.services[service].isDeadlineSet = true
                return self.schedule(.waitExpiry, at: entry.due, argument: service)
            }
            self.services[service].deadlines.removeFirst()
            guard isSame, self.services[service].dispatcher.waiterLeft(entry.ticket, now: self.instant) else {
                continue
            }
            self.requests[request].flags.remove(.isWaiting)
            self.changeWaiting(of: service, by: -1)
            self.changeConcurrency(of: service, by: -1)
            self.tryFailed(request, .waitedTooLong)
        }
    }
}

// MARK: - The end of a request

extension Simulation {
    /// The answer is complete, and the replica has room.
    @inline(__always)
    mutating func finish(_ request: UInt32, on replica: Int) {
        let service = Int(self.replicas[replica].service)
        self.recordServed(request, service: service)
        let source = Int(self.requests[request].source)
        let isClosed = self.sources[source].loop != nil
        self.requests.remove(request)
        self.changeConcurrency(of: service, by: -1)
        self.leave(replica, service: service)
        if isClosed { self.think(source) }
    }

    /// A request of the replica is over, whatever came of it: its place is free.
    @inline(__always)
    mutating func leave(_ replica: Int, service: Int) {
        self.closeIntervals(service)
        self.replicas[replica].inFlight -= 1
        if self.replicas[replica].inFlight == 0 { self.becameIdle(replica, service: service) }
        guard let id = self.replicas[replica].id else { return self.consumerProgressed(replica, service: service) }
        let release = self.services[service].dispatcher.requestFinished(on: id, now: self.instant)
        if let grant = release.grant { self.carryOut(grant, service: service) }
        if release.isDrained { self.replicaGone(replica) }
        let interests = self.services[service].interests
        guard !interests.isDisjoint(with: [.completions, .idleness]) else { return }
        if interests.contains(.completions) {
            self.notify(service, .requestFinished, seconds: Double(self.lastWork) / 1e9)
        }
        if interests.contains(.idleness), self.services[service].concurrency == 0 { self.notify(service, .becameIdle) }
    }

    /// A try ended without an answer: the client tries again, or gives up.
    mutating func tryFailed(_ request: UInt32, _ reason: RequestFailure) {
        let service = Int(self.requests[request].service)
        let tries = Int(self.requests[request].attempts)
        if let retry = self.services[service].gateway.retry, tries < retry.attempts {
            self.services[service].result.retries &+= 1
            self.requests[request].started = -1
            self.requests[request].replica = RequestArena.none
            let pause = self.pause(before: tries + 1, retry, request: request, service: service)
            return self.schedule(.retry, after: pause, argument: Int(request))
        }
        self.recordFailed(request, reason, service: service)
        let source = Int(self.requests[request].source)
        self.requests.remove(request)
        if self.sources[source].loop != nil { self.think(source) }
    }

    mutating func requestRetried(_ request: UInt32) {
        self.enter(request, service: Int(self.requests[request].service))
    }

    private func pause(before attempt: Int, _ retry: RetryModel, request: UInt32, service: Int) -> Int64 {
        var seconds = retry.firstPauseSeconds
        for _ in 2..<max(2, attempt) { seconds = min(seconds * retry.factor, retry.longestPauseSeconds) }
        let key = self.requests[request].ordinal &* 64 &+ UInt64(attempt) &+ UInt64(self.requests[request].source) << 48
        var stream = self.services[service].retryStream.at(index: key)
        let length = min(seconds, retry.longestPauseSeconds) * (1 - retry.jitter * stream.uniform())
        return Int64((length * 1e9).rounded())
    }

    private mutating func think(_ source: Int) {
        guard let loop = self.sources[source].loop else { return }
        let pause = loop.think.sampleNanoseconds(&self.sources[source].think)
        self.schedule(.clientThought, after: pause, argument: source)
    }
}
