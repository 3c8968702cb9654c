public import KubernetesClient
import ScalingCore
import Telemetry
public import Timekeeping

// MARK: - ScaledObjects

extension AutoscalerEngine {
    /// A ScaledObject is there, asks for something else than before, or has its triggers made anew.
    ///
    /// - Parameter found: What its status says; read when the object is new to this engine.
    public mutating func scaledObjectChanged(
        _ scaling: EventScaling,
        found: FoundScaledObjectStatus?,
        at now: MonotonicInstant
    ) {
        guard let slot = self.slotByObject[scaling.key], let known = self.slots[slot]?.events?.scaling else {
            return self.adopt(scaling, found: found, now: now)
        }
        let wasRefused = self.slots[slot]?.events?.refusal != nil
        self.slots[slot]?.events?.refusal = nil
        if wasRefused { self.requestDecision(slot, now: now) }
        guard !known.says(theSameAs: scaling) else { return }
        guard known.uid == scaling.uid, known.target == scaling.target else {
            self.detach(scaling.key, now: now)
            return self.adopt(scaling, found: found, now: now)
        }
        self.slots[slot]?.events?.scaling = scaling
        self.slots[slot]?.events?.scaler?.reconfigure(scaling.configuration, now: now)
        if known.build != scaling.build {
            self.slots[slot]?.events?.polls = scaling.triggers.map { _ in TriggerPoll() }
            self.recordProblems(slot, now: now)
            self.slots[slot]?.events?.pollDue = now
        }
        self.requestDecision(slot, now: now)
    }

    /// A ScaledObject is gone, or cannot be used any longer.
    public mutating func scaledObjectRemoved(_ key: ObjectKey, at now: MonotonicInstant) {
        self.detach(key, now: now)
    }

    private mutating func adopt(_ scaling: EventScaling, found: FoundScaledObjectStatus?, now: MonotonicInstant) {
        let slot = self.slot(for: scaling.target, now: now)
        if let rival = self.slots[slot]?.events?.scaling.key {
            let message = "The Deployment \(scaling.target.name) is scaled by the ScaledObject \(rival.name) already."
            return self.refuse(scaling.key, uid: scaling.uid, reason: "TargetTaken", message: message, at: now)
        }
        self.slots[slot]?.restoring = nil
        self.slots[slot]?.events = EventState(scaling, found: found)
        if self.slots[slot]?.desired == nil { self.slots[slot]?.desired = found?.desiredReplicas }
        self.slotByObject[scaling.key] = slot
        self.recordProblems(slot, now: now)
        self.requestDecision(slot, now: now)
    }

    private mutating func detach(_ key: ObjectKey, now: MonotonicInstant) {
        guard let slot = self.slotByObject.removeValue(forKey: key), let events = self.slots[slot]?.events else {
            return
        }
        self.slots[slot]?.events = nil
        if events.scaling.restoresReplicas, self.slots[slot]?.requests == nil, let original = events.originalReplicas {
            self.slots[slot]?.restoring = original
        }
        if self.slots[slot]?.requests == nil, self.slots[slot]?.restoring == nil {
            self.releaseIfUnused(slot)
        } else {
            self.requestDecision(slot, now: now)
        }
    }

    /// An object that cannot be used says so in its own status; the others go on.
    ///
    /// What it said before stays in force.
    public mutating func refuse(
        _ key: ObjectKey,
        uid: String,
        reason: String,
        message: String,
        at now: MonotonicInstant
    ) {
        let refusal = EventCondition(.ready, .no, reason: reason, message: message, since: now)
        if let slot = self.slotByObject[key], self.slots[slot]?.events?.scaling.uid == uid {
            self.slots[slot]?.events?.refusal = refusal
            self.requestDecision(slot, now: now)
        } else {
            self.detach(key, now: now)
            var report = ScaledObjectReport()
            report.conditions = [
                refusal, EventCondition(.active, .unknown, reason: reason, message: message, since: now),
            ]
            self.actions.append(.writeObjectStatus(ScaledObjectStatusWrite(object: key, uid: uid, report: report)))
        }
        self.actions.append(
            .announce(
                AutoscalerNote(
                    kind: .configurationRejected,
                    subject: "\(key)",
                    message: "ScaledObject \(key.name) is not used as it stands: \(message)"
                )
            )
        )
    }
}

// MARK: - Looking at event sources

extension AutoscalerEngine {
    /// A look at a trigger has ended.
    public mutating func triggerRead(_ report: TriggerReport, at now: MonotonicInstant) {
        guard let slot = self.slotByObject[report.object], let events = self.slots[slot]?.events,
            events.scaling.build == report.build, events.polls.indices.contains(report.trigger)
        else { return }
        self.counters.polls += 1
        var poll = events.polls[report.trigger]
        let before = poll.failure
        let isNews = poll.ended(report.result, latency: report.latencySeconds, at: now)
        self.slots[slot]?.events?.polls[report.trigger] = poll
        switch report.result {
        case .success(let reading):
            self.slots[slot]?.events?.scaler?.record(reading, trigger: report.trigger, at: now)
        case .failure(let failure):
            self.counters.pollErrors += 1
            self.slots[slot]?.events?.scaler?.recordFailure(
                failure.description,
                trigger: report.trigger,
                at: now
            )
        }
        self.announce(poll.failure, after: before, slot: slot, trigger: report.trigger)
        self.schedulePoll(slot, now: now)
        if isNews || !self.isSettled(slot, now: now) {
            self.requestDecision(slot, now: now)
        } else {
            self.schedule(slot, now: now)
        }
    }

    /// A source said by itself whether it wants replicas: decides at once, and looks how many.
    public mutating func triggerActivated(
        _ object: ObjectKey,
        build: Int,
        trigger: Int,
        isActive: Bool,
        at now: MonotonicInstant
    ) {
        guard let slot = self.slotByObject[object], let events = self.slots[slot]?.events,
            events.scaling.build == build, events.polls.indices.contains(trigger)
        else { return }
        self.slots[slot]?.events?.polls[trigger].pushed = isActive
        self.slots[slot]?.events?.scaler?.activated(isActive, trigger: trigger, at: now)
        self.slots[slot]?.events?.pollDue = now
        if isActive { self.decide(slot, now: now, isUrgent: true) }
        self.schedule(slot, now: now)
    }

    mutating func pollIfDue(_ slot: Int, now: MonotonicInstant) {
        guard let events = self.slots[slot]?.events, let due = events.pollDue, due <= now else { return }
        let isQuiet = events.decision?.isActive == false && self.slots[slot]?.activeReplicas == 0
        if isQuiet, !events.isPollReserved {
            let moment = self.quietLookBudget.reserve(now: now)
            guard moment <= now else {
                self.slots[slot]?.events?.pollDue = moment
                self.slots[slot]?.events?.isPollReserved = true
                return
            }
        }
        self.slots[slot]?.events?.pollDue = nil
        self.slots[slot]?.events?.isPollReserved = false
        if events.scaling.triggers.contains(where: { $0.problem != nil }) {
            // A look at a trigger that could not be made finds the same problem again.
            self.recordProblems(slot, now: now)
            self.requestDecision(slot, now: now)
        }
        let triggers = events.idleTriggers
        guard !triggers.isEmpty else { return self.schedulePoll(slot, now: now) }
        for trigger in triggers { self.slots[slot]?.events?.polls[trigger].isUnderWay = true }
        let order = PollOrder(object: events.scaling.key, build: events.scaling.build, triggers: triggers)
        self.actions.append(.poll(order))
    }

    /// Sets when the triggers that nobody is looking at are looked at next.
    mutating func schedulePoll(_ slot: Int, now: MonotonicInstant) {
        guard let events = self.slots[slot]?.events, let scaler = events.scaler, !events.isWaitingForAll else { return }
        self.slots[slot]?.events?.pollDue = scaler.nextPoll(now: now)
    }

    /// Whether nothing is there, nothing is wanted and nothing is on its way, so that the same news again changes nothing.
    private func isSettled(_ slot: Int, now: MonotonicInstant) -> Bool {
        guard let state = self.slots[slot], state.events?.decision != nil, state.hold == nil else { return false }
        return state.activeReplicas == 0 && state.desired == 0 && state.ledger.effective(now: now) == 0
            && state.ledger.pending == nil
    }

    private mutating func announce(_ failure: TriggerFailure?, after before: TriggerFailure?, slot: Int, trigger: Int) {
        guard (failure == nil) != (before == nil), let state = self.slots[slot], let events = state.events else {
            return
        }
        let label = events.scaling.label(trigger)
        let message =
            failure.map { "The trigger \(label) cannot be read: \($0.description)" }
            ?? "The trigger \(label) can be read again."
        let kind: Activity.Kind = failure == nil ? .configurationChanged : .warning
        self.actions.append(.announce(AutoscalerNote(kind: kind, subject: state.subject, message: message)))
    }
}

// MARK: - Deciding

extension AutoscalerEngine {
    /// What events ask for; `nil` when none drive the target.
    mutating func eventDemand(_ state: inout TargetState, effective: Int, now: MonotonicInstant) -> Demand? {
        guard state.events != nil else { return nil }
        self.prepareEvents(in: &state, effective: effective, now: now)
        let observation = ReplicaObservation(
            ready: state.readyReplicas,
            startingSince: state.startingSince,
            requested: effective
        )
        self.counters.decisions += 1
        guard let decision = state.events?.scaler?.decide(observation, now: now) else { return nil }
        state.events?.decision = decision
        state.events?.recheckAt = decision.recheckAfterSeconds.map { now.advanced(by: .seconds(max(0.05, $0))) }
        if let recheck = state.events?.recheckAt {
            state.decisionDue = state.decisionDue.map { min($0, recheck) } ?? recheck
        }
        // What has just become active, or just started, is worth an earlier look.
        if let events = state.events, events.wasAnswered, let due = events.pollDue,
            let next = events.scaler?.nextPoll(now: now)
        {
            state.events?.pollDue = min(due, next)
        }
        self.measureIfShrinking(&state, wanted: decision.wantedReplicas, effective: effective, now: now)
        if let wanted = decision.desiredReplicas { return .replicas(wanted) }
        // What is paused stays, even outside of its bounds.
        return decision.isPaused ? .replicas(effective) : .unknown(.eventsUnknown, "")
    }

    /// Finds out which replicas work before some of them have to go.
    ///
    /// Nobody counts what a replica takes from a queue, but one that takes nothing uses no processor.
    private mutating func measureIfShrinking(
        _ state: inout TargetState,
        wanted: Int?,
        effective: Int,
        now: MonotonicInstant
    ) {
        guard let wanted, wanted < effective, effective > 1, let selector = self.owners.selector(of: state.key) else {
            return
        }
        if let measuredAt = state.measuredAt, measuredAt.advanced(by: self.settings.usageAge) > now { return }
        state.measuredAt = now
        self.actions.append(.measure(state.key, selector))
    }

    /// Cores that the replicas of a target use, by name of the pod.
    public mutating func replicasMeasured(_ usage: [String: Double], of target: ObjectKey) {
        guard let slot = self.slotByTarget[target] else { return }
        self.slots[slot]?.usage = usage
    }

    /// Makes the scaler once the replica count is known, and orders the first look.
    private mutating func prepareEvents(in state: inout TargetState, effective: Int, now: MonotonicInstant) {
        guard let events = state.events, events.scaler == nil else { return }
        if state.events?.originalReplicas == nil { state.events?.originalReplicas = effective }
        let configuration = events.scaling.configuration
        state.events?.scaler = ScaledObjectScaler(
            configuration: configuration,
            now: now,
            currentReplicas: effective,
            created: events.scaling.createdAt,
            lastActive: events.lastActiveAt
        )
        // What was wrong when the object came is told to its scaler now.
        self.recordProblems(in: &state, now: now)
        // Thousands that come together are looked at one after the other, and keep that distance.
        self.lastFirstPoll = max(now, self.lastFirstPoll.advanced(by: self.settings.firstPollSpacing))
        state.events?.pollDue = self.lastFirstPoll
    }

    /// A trigger that could not be made is one that cannot be read.
    private func recordProblems(in state: inout TargetState, now: MonotonicInstant) {
        guard let events = state.events else { return }
        for (index, trigger) in events.scaling.triggers.enumerated() {
            guard let problem = trigger.problem else { continue }
            state.events?.polls[index].failure = TriggerFailure(.invalid, problem)
            state.events?.polls[index].failures += 1
            state.events?.scaler?.recordFailure(problem, trigger: index, at: now)
        }
    }

    private mutating func recordProblems(_ slot: Int, now: MonotonicInstant) {
        guard var state = self.slots[slot] else { return }
        self.slots[slot] = nil
        self.recordProblems(in: &state, now: now)
        self.slots[slot] = state
    }
}
