import RoutingCore
import SimulationKit
import Timekeeping

// A day of many services is mostly looking at one replica with little to do. While the policy knows that nothing will
// follow, its service rests: reports are kept, looks are not scheduled, and both are made up for when the rest ends, in
// the same order and at the same moments. Results are those of a run in which nobody rests, bit for bit.

// MARK: - Falling asleep and waking up

extension Simulation {
    /// Whether services may rest at all.
    ///
    /// Where they share nodes the order of their decisions at one moment matters, which a rest would change. Several
    /// reports within a second add up, and rare ones leave the load unknown.
    static func allowsRest(_ scenario: Scenario) -> Bool {
        let pipeline = scenario.metrics
        return scenario.cluster == nil && pipeline.lagSeconds == 0 && pipeline.activators <= 1
            && (1...2).contains(pipeline.reportSeconds)
    }

    /// Lets the service rest, right after its policy was asked at its tick, if the policy has no objection.
    ///
    /// - Returns: Whether it rests.
    mutating func beginRest(_ service: Int) -> Bool {
        guard self.isRestAllowed, !self.isAutoscalerDown, !self.services[service].rest.isOn else { return false }
        // What was just done may have moved the policy to ask for another look soon.
        guard self.services[service].tickDue == .max else { return false }
        guard self.services[service].isReported, self.services[service].silencers == 0 else { return false }
        let (ready, desired) = (self.services[service].ready, self.services[service].desired)
        guard ready == desired, ready > 0, self.services[service].starting == 0 else { return false }
        guard self.services[service].draining == 0, self.services[service].waiting == 0 else { return false }
        guard self.services[service].actuating < 0 else { return false }
        let policy = self.services[service].policy
        guard self.governed[policy].count == 1 else { return false }
        guard let rest = self.policies[policy].rest(self.view(of: service), after: self.instant) else { return false }
        guard self.services[service].concurrency <= rest.mostConcurrency else { return false }
        // A rest shorter than a few looks is not worth its end; one without end stays short enough to be made up for.
        let longest = self.now &+ 600_000_000_000
        let until = min(rest.until?.nanoseconds ?? longest, longest)
        guard until > self.now &+ 4 &* self.reportInterval else { return false }
        let step = self.reportInterval
        let boundary = (self.now &+ step &- 1) / step &* step
        self.services[service].rest.boundary = boundary
        self.services[service].rest.mostConcurrency = rest.mostConcurrency
        self.services[service].rest.replicas = ready
        self.services[service].rest.isListed = true
        self.services[service].rest.kept.restart(at: boundary)
        self.services[service].rest.epoch &+= 1
        self.resting += 1
        self.schedule(.restEnd, at: until, lane: self.services[service].rest.epoch, argument: service)
        return true
    }

    /// The time that the policy vouched for is over.
    mutating func restEnded(_ service: Int, epoch: UInt16) {
        // A run without rests has no such event.
        self.events &-= 1
        guard self.services[service].rest.isOn, self.services[service].rest.epoch == epoch else { return }
        self.endRest(service)
    }

    /// Ends the rest if there is one, because of something that happens now and has not been done yet.
    @inline(__always)
    mutating func wakeUp(_ service: Int) {
        if self.services[service].rest.isOn { self.endRest(service) }
    }

    private mutating func endRest(_ service: Int) {
        self.catchUp(service, before: self.now)
        self.services[service].rest.boundary = .max
        self.services[service].rest.mostConcurrency = .max
        self.resting -= 1
        if !self.services[service].rest.isListed { self.reported.append(service) }
        self.setTick(service)
    }

    /// Brings the accounts of all that rest up to now, looks of this very moment included; they go on resting.
    mutating func catchUpAll() {
        guard self.resting > 0 else { return }
        for service in self.services.indices where self.services[service].rest.isOn {
            self.catchUp(service, before: self.now &+ 1)
        }
    }

    mutating func wakeUpAll() {
        guard self.resting > 0 else { return }
        for service in self.services.indices { self.wakeUp(service) }
    }
}

// MARK: - Making up for it

extension Simulation {
    /// Ends the report intervals that are over, before the load of the service changes.
    @inline(__always)
    mutating func closeIntervals(_ service: Int) {
        guard self.services[service].rest.boundary < self.now else { return }
        self.keepReports(service)
    }

    private mutating func keepReports(_ service: Int) {
        var boundary = self.services[service].rest.boundary
        while boundary < self.now {
            let interval = self.services[service].dispatcher.takeInterval(now: MonotonicInstant(nanoseconds: boundary))
            let concurrency = self.services[service].dispatcher.concurrency
            self.services[service].hadLoad =
                interval.arrivals > 0 || interval.averageConcurrency > 0 || concurrency > 0
            self.services[service].rest.kept.append(
                averageConcurrency: interval.averageConcurrency,
                requestsPerSecond: interval.seconds > 0 ? Double(interval.arrivals) / interval.seconds : 0,
                inFlight: concurrency
            )
            boundary &+= self.reportInterval
        }
        self.services[service].rest.boundary = boundary
    }

    /// Hands the policy what was kept from it.
    private mutating func catchUp(_ service: Int, before end: Int64) {
        self.closeIntervals(service)
        let replicas = self.services[service].rest.replicas
        let view = PolicyView(service: service, ready: replicas, desired: replicas)
        let looks = self.policies[self.services[service].policy].catchUp(
            self.services[service].rest.kept,
            view: view,
            before: MonotonicInstant(nanoseconds: end)
        )
        self.services[service].rest.kept.restart(at: self.services[service].rest.boundary)
        self.events &+= UInt64(looks)
        self.result.looksMadeUpFor &+= UInt64(looks)
        if self.isCounting { self.services[service].result.decisions &+= UInt64(looks) }
    }
}
