import ScalingCore
import ServingAPI
import Telemetry
import Timekeeping

// MARK: - Decisions

extension AutoscalerEngine {
    /// Looks at one target: decides, or holds and says why; then orders what follows from that.
    mutating func decide(_ slot: Int, now: MonotonicInstant, isUrgent: Bool) {
        guard var state = self.slots[slot] else { return }
        self.slots[slot] = nil  // Taken out, so that the copy below is the only one and its windows are not copied.
        state.decidedAt = now
        state.decisionDue = self.nextTick(slot, after: now)
        self.forgetSilentReporters(in: &state, now: now)
        let before = (hold: state.hold, isPanicking: state.requests?.decision?.isPanicking ?? false)
        self.conclude(&state, now: now)
        self.announce(state, before: before)
        self.order(&state, now: now, isUrgent: isUrgent)
        self.noteStatus(&state, now: now)
        let isDormant = self.isDormant(state, now: now)
        // Asleep, until events or a keep-alive rule want to be asked again.
        if isDormant {
            state.decisionDue = [state.events?.recheckDue(after: now), state.requests?.recheckDue(after: now)]
                .compactMap(\.self).min()
        }
        self.slots[slot] = state
        if isDormant { self.deactivate(slot) } else { self.activate(slot) }
        self.forgetIfRestored(slot, now: now)
    }

    /// Sets `desired`, the decisions, `hold` and `objection`.
    private mutating func conclude(_ state: inout TargetState, now: MonotonicInstant) {
        guard !state.ledger.isMissing else {
            return self.hold(&state, .workloadMissing, "the Deployment \(state.key) does not exist", now: now)
        }
        guard let effective = state.ledger.effective(now: now) else {
            return self.hold(&state, .workloadUnknown, "the Deployment \(state.key) was not read yet", now: now)
        }
        guard self.areReplicasKnown else {
            return self.hold(&state, .replicasUnknown, "the replicas were not read yet", now: now)
        }
        if let restoring = state.restoring, state.requests == nil, state.events == nil {
            state.hold = nil
            state.desired = restoring
            state.objection = "Back to \(restoring), as before it was scaled by events."
            return
        }
        let requests = self.requestDemand(&state, effective: effective, now: now)
        let events = self.eventDemand(&state, effective: effective, now: now)
        // Who pauses a target means all that scales it.
        let isPaused = state.events?.decision?.isPaused ?? false
        let merged = Demand.merged(requests: isPaused ? nil : requests, events: events, effective: effective)
        state.driver = merged.driver
        switch merged.demand {
        case .unknown(let hold, let why):
            self.hold(&state, hold, why, now: now)
            // These explain themselves.
            if hold == .undecided || hold == .eventsUnknown { state.objection = nil }
        case .replicas(let wanted):
            state.hold = nil
            state.objection = nil
            state.desired = self.guarded(wanted, state: &state, effective: effective, now: now)
        }
    }

    /// What requests ask for; `nil` when the target serves none.
    private mutating func requestDemand(_ state: inout TargetState, effective: Int, now: MonotonicInstant) -> Demand? {
        guard let requests = state.requests else { return nil }
        guard requests.wake.isWoken(now: now, hold: self.settings.timing.wakeHold) || self.isLoadKnown(now: now) else {
            self.noteSilence(now: now)
            return .unknown(.loadUnknown, self.silence(now: now))
        }
        let waiting = state.requests?.wake.waitingToDecide(
            reported: requests.loads.waiting,
            now: now,
            hold: self.settings.timing.wakeHold
        )
        let observation = ReplicaObservation(
            ready: state.readyReplicas,
            startingSince: state.startingSince,
            waitingRequests: waiting ?? 0,
            inFlightRequests: requests.loads.inFlight
        )
        self.counters.decisions += 1
        self.prepareScaler(in: &state, now: now)
        guard let decision = state.requests?.scaler?.decide(observation, now: now) else {
            return .unknown(.replicasUnknown, "the replicas were not read yet")
        }
        state.requests?.decision = decision
        if let seconds = decision.recheckAfterSeconds, let tick = state.decisionDue {
            state.decisionDue = min(tick, now.advanced(by: .seconds(seconds)))
        }
        guard let wanted = decision.desiredReplicas else { return .unknown(.undecided, "") }
        self.counters.count(decision)
        return .replicas(wanted)
    }
}

// MARK: - Letting go

extension AutoscalerEngine {
    /// Forgets a target that has its replica count from before again, or that is gone.
    private mutating func forgetIfRestored(_ slot: Int, now: MonotonicInstant) {
        guard let state = self.slots[slot], let restoring = state.restoring, state.ledger.pending == nil,
            state.ledger.isMissing || state.ledger.effective(now: now) == restoring
        else { return }
        self.slots[slot]?.restoring = nil
        self.releaseIfUnused(slot)
    }
}

// MARK: - Holding and guarding

extension AutoscalerEngine {
    /// Keeps what there is, within the bounds: unknown is not zero.
    private mutating func hold(
        _ state: inout TargetState,
        _ hold: TargetState.Hold,
        _ why: String,
        now: MonotonicInstant
    ) {
        state.hold = hold
        self.counters.holds[hold, default: 0] += 1
        guard let effective = state.ledger.effective(now: now) else {
            state.objection = "Holding: \(why)."
            return
        }
        // The bounds are the user's word, not a signal; they apply whatever is unknown.
        let bounded = state.bounded(effective)
        state.desired = bounded
        state.objection =
            bounded == effective
            ? "Holding \(effective): \(why)."
            : "Moving from \(effective) to \(bounded), the nearest that the bounds allow, and holding there: \(why)."
    }

    /// Says once that activators have gone silent, not once a revision.
    private mutating func noteSilence(now: MonotonicInstant) {
        guard !self.isSilenceAnnounced else { return }
        self.isSilenceAnnounced = true
        let message = "Every service keeps its replicas: \(self.silence(now: now))."
        self.actions.append(.announce(AutoscalerNote(kind: .warning, subject: "", message: message)))
    }

    private mutating func announce(_ state: TargetState, before: (hold: TargetState.Hold?, isPanicking: Bool)) {
        let subject = state.subject
        if state.hold == .workloadMissing, before.hold != .workloadMissing, state.wasScalable {
            self.actions.append(
                .announce(AutoscalerNote(kind: .warning, subject: subject, message: state.explanation))
            )
        }
        guard state.hold == nil, let decision = state.requests?.decision,
            decision.isPanicking != before.isPanicking
        else { return }
        self.actions.append(
            .announce(
                AutoscalerNote(
                    kind: decision.isPanicking ? .panicBegan : .panicEnded,
                    subject: subject,
                    message: decision.explanation
                )
            )
        )
    }

    private func silence(now: MonotonicInstant) -> String {
        guard let last = self.reporters.map(\.lastBatchAt).max() else { return "no activator has reported yet" }
        return "no activator has reported for \(Int(now.seconds(since: last))) s"
    }

    /// The wish of the scaler, unless it would act on less than is known.
    private func guarded(_ wanted: Int, state: inout TargetState, effective: Int, now: MonotonicInstant) -> Int {
        let stuck = state.stuck.objection(
            wanted: wanted,
            current: effective,
            ready: state.readyReplicas,
            policy: state.policy,
            deadlineSeconds: state.progressDeadlineSeconds,
            now: now
        )
        if let stuck {
            state.objection =
                "Holding \(effective): no replica became ready for \(Int(stuck)) s, longer than the "
                + "progress deadline of \(Int(state.progressDeadlineSeconds)) s; still trying."
            return effective
        }
        return wanted
    }

    /// What an activator said is not true for ever once it has gone silent.
    private mutating func forgetSilentReporters(in state: inout TargetState, now: MonotonicInstant) {
        for (position, reporter) in self.reporters.enumerated() {
            guard reporter.lastBatchAt.advanced(by: self.settings.reportAgeLimit) < now else { continue }
            state.requests?.loads.forget(reporter: position)
        }
    }

    /// Nothing there, nothing wanted, nothing to come: only an event can change that.
    private func isDormant(_ state: TargetState, now: MonotonicInstant) -> Bool {
        guard state.activeReplicas == 0, state.ledger.pending == nil, state.ledger.retryAt == nil else { return false }
        guard state.ledger.isMissing || state.ledger.effective(now: now) == 0 else { return false }
        guard state.ledger.isMissing || (state.desired ?? 0) == 0 else { return false }
        // Its load will be known with the next report, or as soon as one comes.
        if state.hold == .undecided, state.requests != nil, self.isLoadKnown(now: now) { return false }
        let isHolding = state.hold != nil
        return state.requests?.isQuiet(now: now, wakeHold: self.settings.timing.wakeHold, isHolding: isHolding) ?? true
    }
}

// MARK: - What follows

extension AutoscalerEngine {
    private mutating func order(_ state: inout TargetState, now: MonotonicInstant, isUrgent: Bool) {
        guard let desired = state.desired, let effective = state.ledger.effective(now: now) else { return }
        guard desired != effective else {
            state.ledger.gaveUp()
            return self.reprieve(&state, desired: desired, now: now)
        }
        if let retryAt = state.ledger.retryAt, retryAt > now, !isUrgent {
            state.decisionDue = min(state.decisionDue ?? retryAt, retryAt)
            return
        }
        let victims = desired < effective && desired > 0 ? Self.victims(of: state, keeping: desired) : []
        let plan = ScalePlan(
            target: state.key,
            service: state.service,
            sequence: state.ledger.begin(replicas: desired),
            replicas: desired,
            previous: effective,
            victims: victims.filter { !state.marked.contains($0) },
            reprieved: state.marked.subtracting(victims).filter { state.replicas[$0]?.isActive ?? false }.sorted(),
            explanation: state.explanation,
            isUrgent: isUrgent
        )
        state.marked = Set(victims)
        self.actions.append(.scale(plan))
    }

    /// Pods that were marked for a shrinkage that did not come, or before a restart, are no victims any more.
    private mutating func reprieve(_ state: inout TargetState, desired: Int, now: MonotonicInstant) {
        guard !state.marked.isEmpty, state.ledger.pending == nil, state.activeReplicas <= desired else { return }
        let pods = state.marked.filter { state.replicas[$0]?.isActive ?? false }.sorted()
        state.marked = []
        guard !pods.isEmpty else { return }
        self.actions.append(
            .scale(
                ScalePlan(
                    target: state.key,
                    service: state.service,
                    sequence: state.ledger.begin(replicas: desired),
                    replicas: desired,
                    previous: desired,
                    victims: [],
                    reprieved: pods,
                    explanation: state.explanation,
                    isUrgent: false
                )
            )
        )
    }

    private mutating func noteStatus(_ state: inout TargetState, now: MonotonicInstant) {
        self.noteObjectStatus(&state, now: now)
        guard let requests = state.requests else { return }
        let summary = StatusLedger.Summary(
            desired: state.desired,
            ready: self.areReplicasKnown ? state.readyReplicas : nil,
            starting: self.areReplicasKnown ? state.startingReplicas : nil,
            mode: requests.mode,
            reason: state.reason
        )
        let values = StatusLedger.Values(stable: requests.stableValue, panic: requests.panicValue)
        state.requests?.status.changed(to: summary, values: values, now: now)
    }
}
