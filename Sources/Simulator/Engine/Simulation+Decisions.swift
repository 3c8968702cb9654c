import ScalingCore
import SimulationKit
import Timekeeping

// MARK: - Telling a policy

extension Simulation {
    /// Tells the service's policy, which may then be asked at once.
    mutating func notify(_ service: Int, _ kind: PolicyEvent.Kind, seconds: Double = 0) {
        guard !self.isAutoscalerDown else { return }
        self.wakeUp(service)
        let state = (waiting: self.services[service].waiting, concurrency: self.services[service].concurrency)
        let event = PolicyEvent(
            kind,
            service: service,
            waiting: state.waiting,
            inFlight: state.concurrency - state.waiting,
            ready: self.services[service].ready,
            seconds: seconds
        )
        let isUrgent = self.policies[self.services[service].policy].noticed(event, now: self.instant)
        if isUrgent { self.decide(service) } else { self.setTick(service) }
    }

    /// The autoscaler hears of a queue that began or grew.
    mutating func queueGrew(_ service: Int) {
        guard self.services[service].waiting > 0 else { return }
        self.notify(service, .queueGrew)
    }

    mutating func observe(_ sample: MetricSample) {
        guard !self.isAutoscalerDown else { return }
        let isUrgent = self.policies[self.services[sample.service].policy].observe(sample, now: self.instant)
        if isUrgent { self.decide(sample.service) } else { self.setTick(sample.service) }
    }
}

// MARK: - Asking it

extension Simulation {
    /// Takes over when the policy next wants to be asked.
    ///
    /// A timer that is set too early stays and is set anew when it comes, so that a wish that moves with every request
    /// does not fill the queue of events.
    mutating func setTick(_ service: Int) {
        let wake = self.policies[self.services[service].policy].nextWake(service: service, after: self.instant)
        guard let wake else {
            self.services[service].tickWanted = .max
            return
        }
        let wanted = max(self.now, wake.nanoseconds)
        self.services[service].tickWanted = wanted
        self.report(service)
        guard wanted < self.services[service].tickDue else { return }
        self.armTick(service, at: wanted)
    }

    private mutating func armTick(_ service: Int, at due: Int64) {
        self.services[service].tickEpoch &+= 1
        self.services[service].tickDue = due
        self.schedule(.tick, at: due, lane: self.services[service].tickEpoch, argument: service)
    }

    mutating func tick(_ service: Int, epoch: UInt16) {
        guard self.services[service].tickEpoch == epoch else { return }
        self.services[service].tickDue = .max
        let wanted = self.services[service].tickWanted
        guard wanted < .max else { return }
        guard wanted <= self.now else { return self.armTick(service, at: wanted) }
        guard !self.isAutoscalerDown else { return }
        self.ask(service)
        if !self.beginRest(service) { self.setTick(service) }
    }

    /// Asks the policy, does what it says, and sets the next tick.
    mutating func decide(_ service: Int) {
        guard !self.isAutoscalerDown else { return }
        guard !self.services[service].isDeciding else {
            self.services[service].mustDecideAgain = true
            return
        }
        self.ask(service)
        self.setTick(service)
    }

    /// Asks the policy and does what it says.
    ///
    /// What is done may be news for the policy: it is asked again then, a bounded number of times.
    private mutating func ask(_ service: Int) {
        precondition(!self.services[service].rest.isOn, "a service at rest is looked at")
        self.services[service].isDeciding = true
        var rounds = 0
        repeat {
            self.services[service].mustDecideAgain = false
            self.decideOnce(service)
            rounds += 1
        } while self.services[service].mustDecideAgain && rounds < 64
        self.services[service].isDeciding = false
    }

    private mutating func decideOnce(_ service: Int) {
        let view = self.view(of: service)
        let policy = self.services[service].policy
        // Taken out, because carrying out one decision may lead to another.
        var actions = self.actions
        self.actions = []
        actions.removeAll(keepingCapacity: true)
        self.policies[policy].decide(view, now: self.instant, actions: &actions)
        if self.isCounting { self.services[service].result.decisions &+= 1 }
        for action in actions { self.carryOut(action, of: policy, view: view) }
        self.actions = actions
    }

    func view(of service: Int) -> PolicyView {
        var starting: [MonotonicInstant] = []
        if self.services[service].starting > 0 {
            for replica in self.services[service].replicas {
                switch self.replicas[Int(replica)].phase {
                case .ready, .draining: continue
                default: starting.append(MonotonicInstant(nanoseconds: self.replicas[Int(replica)].orderedAt))
                }
            }
        }
        let waiting = self.services[service].waiting
        let concurrency = self.services[service].concurrency
        let last = self.services[service].lastBusyAt
        return PolicyView(
            service: service,
            ready: self.services[service].ready,
            idle: self.services[service].idle,
            startingSince: starting,
            draining: self.services[service].draining,
            waiting: waiting,
            inFlight: concurrency - waiting,
            desired: self.services[service].desired,
            lastBusyAt: concurrency > 0 ? self.instant : last < 0 ? nil : MonotonicInstant(nanoseconds: last),
            unplaced: self.cluster?.unplaced.count ?? 0
        )
    }
}

// MARK: - Doing what it says

extension Simulation {
    private mutating func carryOut(_ action: PolicyAction, of policy: Int, view: PolicyView) {
        switch action {
        case .setReplicas(let count, let service): self.setReplicas(count, service: service, view: view)
        case .preWarm(let count, let at, let service):
            self.preWarms.append((service, count))
            self.schedule(.preWarm, at: max(self.now, at.nanoseconds), argument: self.preWarms.count - 1)
        case .expireIdle(let seconds, let service):
            self.expireIdle(seconds.map { .constant($0) }, service: service)
        case .expireIdleAtRandom(let law, let service): self.expireIdle(law, service: service)
        case .reserveNodes(let count, let pool): self.reserveNodes(count, pool: pool)
        }
    }

    private mutating func setReplicas(_ count: Int, service: Int, view: PolicyView) {
        let wanted = self.services[service].model.scaling.bounded(count)
        let before = self.services[service].actuating >= 0 ? self.services[service].actuating : view.desired
        let committed = self.services[service].ready + self.services[service].starting
        guard wanted != before || (self.services[service].actuating < 0 && wanted != committed) else { return }
        if wanted != before { self.recordDecision(service, before: before, after: wanted, view: view) }
        let delay = Int64((self.scenario.metrics.actuationSeconds * 1e9).rounded())
        guard delay > 0 else {
            self.services[service].desired = wanted
            return self.scale(service, to: wanted)
        }
        let isUnderWay = self.services[service].actuating >= 0
        self.services[service].actuating = wanted
        if !isUnderWay { self.schedule(.actuation, after: delay, argument: service) }
    }

    mutating func actuate(_ service: Int) {
        let wanted = self.services[service].actuating
        guard wanted >= 0 else { return }
        self.services[service].actuating = -1
        self.services[service].desired = wanted
        self.scale(service, to: wanted)
    }

    mutating func preWarm(_ order: Int) {
        let (service, replicas) = self.preWarms[order]
        let committed = self.services[service].ready + self.services[service].starting
        guard committed < replicas else { return }
        let wanted = self.services[service].model.scaling.bounded(replicas)
        self.recordDecision(
            service,
            before: self.services[service].desired,
            after: wanted,
            view: self.view(of: service)
        )
        self.services[service].desired = wanted
        self.scale(service, to: wanted)
    }

    private mutating func expireIdle(_ law: Distribution?, service: Int) {
        guard self.services[service].idleExpiry != law else { return }
        self.services[service].idleExpiry = law
        guard law != nil else { return }
        for replica in self.services[service].replicas where self.replicas[Int(replica)].inFlight == 0 {
            self.setIdleTimer(Int(replica), service: service)
        }
    }
}
