import ScalingCore
import Timekeeping

/// One revision as the shipping autoscaler sees it, looked at in the rhythm of the live loop.
struct ObservedRevision: Sendable {
    /// What one reporter said last.
    private struct Report {
        var waiting = 0
        var inFlight = 0
    }

    let service: Int
    let configuration: ScalingConfiguration
    private var scaler: RevisionScaler
    private var wake = WakeMemory()
    private var stuck = StuckStart()
    private var reports: [Report] = []
    private var decidedAt: MonotonicInstant?
    /// When to look next; `nil`: not before something happens.
    private(set) var due: MonotonicInstant?
    /// What is in force, which the wake of Knative's policy asks for.
    private var desired = 0
    private var decision: ScalingDecision?
    private var objection: String?

    init(service: Int, configuration: ScalingConfiguration, scaler: RevisionScaler, due: MonotonicInstant) {
        self.service = service
        self.configuration = configuration
        self.scaler = scaler
        self.due = due
    }

    var explanation: String { self.objection ?? self.decision?.explanation ?? "" }

    private var reportedWaiting: Int { self.reports.reduce(0) { $0 + $1.waiting } }

    private var reportedInFlight: Int { self.reports.reduce(0) { $0 + $1.inFlight } }

    // MARK: What happens

    mutating func observe(
        _ sample: MetricSample,
        from reporter: String,
        _ timing: DecisionTiming,
        now: MonotonicInstant
    ) {
        while self.reports.count <= sample.reporter { self.reports.append(Report()) }
        self.reports[sample.reporter] = Report(waiting: sample.waiting, inFlight: sample.inFlight)
        self.wake.heard(waiting: sample.waiting, at: now)
        self.scaler.record(
            LoadSample(averageConcurrency: sample.averageConcurrency, requestsPerSecond: sample.requestsPerSecond),
            from: reporter,
            at: now
        )
        if self.due == nil || self.wake.hasGrown(to: sample.waiting) { self.ask(timing, now) }
    }

    /// - Returns: Whether to be asked for a decision at once.
    mutating func noticed(_ event: PolicyEvent, _ timing: DecisionTiming, now: MonotonicInstant) -> Bool {
        switch event.kind {
        case .queueGrew:
            let isNews = self.wake.woke(waiting: event.waiting, at: now, spacing: timing.eventSpacing)
            let isHeard = timing.isWakeHeard(policy: self.configuration.policy, current: self.desired)
            if isNews, isHeard { return true }
            self.ask(timing, now)
        case .replicaReady:
            self.scaler.replicaStarted(tookSeconds: event.seconds)
            self.ask(timing, now)
        case .replicasMoved, .replicaLost, .replicaGone: self.ask(timing, now)
        case .requestArrived, .requestWaits, .requestFinished, .becameIdle: break
        }
        return false
    }

    /// Asks for a decision because something happened.
    private mutating func ask(_ timing: DecisionTiming, _ now: MonotonicInstant) {
        let due = timing.afterEvent(
            policy: self.configuration.policy,
            hasDecided: self.decision != nil,
            place: self.service,
            decidedAt: self.decidedAt,
            now: now
        )
        self.due = min(self.due ?? due, due)
    }

    // MARK: Decisions

    /// - Returns: The scale to bring about.
    mutating func decide(_ view: PolicyView, _ timing: DecisionTiming, now: MonotonicInstant) -> Int {
        let waiting = self.wake.waitingToDecide(reported: self.reportedWaiting, now: now, hold: timing.wakeHold)
        let observation = ReplicaObservation(
            ready: view.ready,
            startingSince: view.startingSince,
            waitingRequests: waiting,
            inFlightRequests: self.reportedInFlight
        )
        let decision = self.scaler.decide(observation, now: now)
        self.decidedAt = now
        var desired = decision.desiredReplicas ?? self.configuration.bounded(view.desired)
        self.objection = nil
        if decision.desiredReplicas != nil {
            let stuck = self.stuck.objection(
                wanted: desired,
                current: view.desired,
                ready: view.ready,
                policy: self.configuration.policy,
                deadlineSeconds: self.configuration.progressDeadlineSeconds,
                now: now
            )
            if let stuck {
                desired = view.desired
                self.objection = "Holding \(desired): no replica became ready for \(Int(stuck)) s; still trying."
            }
        }
        self.desired = desired
        self.planNext(decision, view, timing, now)
        self.decision = decision
        return desired
    }

    private mutating func planNext(
        _ decision: ScalingDecision,
        _ view: PolicyView,
        _ timing: DecisionTiming,
        _ now: MonotonicInstant
    ) {
        // Who could not decide yet will once its load is known, and does not sleep before.
        let isAsleep =
            decision.desiredReplicas != nil && view.committed == 0 && self.desired == 0
            && !self.reports.contains { $0.waiting + $0.inFlight > 0 }
            && !self.wake.isWoken(now: now, hold: timing.wakeHold)
            && (decision.stableValue ?? 0) == 0 && (decision.panicValue ?? 0) == 0
        guard !isAsleep else {
            // A keep-alive rule may want a replica there before the next request.
            self.due = decision.keepAlive?.changesInSeconds.map { now.advanced(by: .seconds($0)) }
            return
        }
        var due = timing.nextTick(place: self.service, after: now)
        if let seconds = decision.recheckAfterSeconds { due = min(due, now.advanced(quicklyBySeconds: seconds)) }
        self.due = due
    }
}

// MARK: - Rest

extension ObservedRevision {
    /// How long no look could bring anything new, right after one.
    mutating func rest(_ view: PolicyView, _ timing: DecisionTiming, now: MonotonicInstant) -> PolicyRest? {
        // How many requests are in flight bounds a concurrency, but not a rate.
        guard self.configuration.metric == .concurrency, self.objection == nil, self.decidedAt == now else {
            return nil
        }
        guard view.ready == self.desired, view.desired == self.desired, view.startingSince.isEmpty else { return nil }
        guard self.reportedWaiting == 0, !self.wake.isWoken(now: now, hold: timing.wakeHold) else { return nil }
        guard let spell = self.scaler.quietSpell(replicas: self.desired, now: now) else { return nil }
        return PolicyRest(until: spell.until, mostConcurrency: Int(min(spell.mostLoad, 1e9)))
    }

    /// Hears and looks at all that was kept from it, in the order in which it would have come.
    ///
    /// - Returns: How often it would have been looked at.
    mutating func catchUp(
        _ kept: KeptReports,
        from reporter: String,
        _ view: PolicyView,
        _ timing: DecisionTiming,
        before end: MonotonicInstant
    ) -> Int {
        var looks = 0
        var reports = kept.makeIterator()
        var report = reports.next()
        while let due = self.due {
            let look = timing.roundedUp(due)
            // Of a look and a report at the same moment the look comes first.
            if let sample = report, sample.measuredAt < look {
                self.observe(sample, from: reporter, timing, now: sample.measuredAt)
                report = reports.next()
            } else if look < end {
                let desired = self.decide(view, timing, now: look)
                precondition(desired == view.desired, "a service at rest would have been scaled to \(desired)")
                looks += 1
            } else {
                break
            }
        }
        return looks
    }
}
