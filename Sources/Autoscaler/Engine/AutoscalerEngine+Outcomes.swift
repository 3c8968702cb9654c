import ScalingCore
import ServingAPI
public import Timekeeping

// MARK: - How actions ended

extension AutoscalerEngine {
    /// The plan was carried out.
    ///
    /// - Returns: Whether it was the newest of its target; an older one says nothing about the scale now in force.
    @discardableResult
    public mutating func scaleSucceeded(_ plan: ScalePlan, at now: MonotonicInstant) -> Bool {
        guard let slot = self.slotByTarget[plan.target] else { return false }
        let isNewest = self.slots[slot]?.ledger.succeeded(sequence: plan.sequence, now: now) ?? false
        if isNewest { self.counters.scaleWrites += 1 }
        if isNewest, self.slots[slot]?.restoring != nil { self.requestDecision(slot, now: now) }
        return isNewest
    }

    /// The plan could not be carried out; the engine decides anew after a pause.
    ///
    /// - Parameter isMissing: The Deployment does not exist.
    public mutating func scaleFailed(_ plan: ScalePlan, isMissing: Bool, at now: MonotonicInstant) {
        guard let slot = self.slotByTarget[plan.target], var state = self.slots[slot] else { return }
        self.counters.scaleErrors += 1
        let isNewest = state.ledger.failed(
            sequence: plan.sequence,
            now: now,
            pause: self.settings.scaleRetry,
            limit: self.settings.scaleRetryLimit
        )
        guard isNewest else { return }
        if isMissing { state.ledger.observed(replicas: nil) }
        // Nobody knows which of the marks were set: take what the pods say.
        state.marked = Set(state.replicas.values.filter { $0.isActive && $0.isMarkedAsVictim }.map(\.name))
        if let retryAt = state.ledger.retryAt { state.decisionDue = min(state.decisionDue ?? retryAt, retryAt) }
        self.slots[slot] = state
        self.activate(slot)
        self.schedule(slot, now: now)
    }

    /// Whether no newer plan of the target has been made; one that is overtaken need not be finished.
    public func isNewest(_ plan: ScalePlan) -> Bool {
        guard let slot = self.slotByTarget[plan.target] else { return false }
        return self.slots[slot]?.ledger.pending?.sequence == plan.sequence
    }

    public mutating func statusWritten(_ write: StatusWrite, succeeded: Bool, at now: MonotonicInstant) {
        guard let slot = self.slot(of: write.revision), self.slots[slot]?.requests?.revision.uid == write.uid else {
            return
        }
        self.slots[slot]?.requests?.status.finished(succeeded: succeeded, now: now)
        self.schedule(slot, now: now)
    }

    mutating func writeStatusIfDue(_ slot: Int, now: MonotonicInstant) {
        guard let state = self.slots[slot], let requests = state.requests,
            let due = requests.status.due(self.settings, now: now), due <= now
        else { return }
        if !requests.status.hasReservation {
            let moment = self.statusBudget.reserve(now: now)
            guard moment <= now else {
                self.slots[slot]?.requests?.status.reserve(moment)
                return
            }
        }
        self.slots[slot]?.requests?.status.begin()
        self.actions.append(
            .writeStatus(
                StatusWrite(
                    revision: requests.revision.id,
                    uid: requests.revision.uid,
                    status: self.report(on: state, requests, now: now),
                    decidedAt: state.decidedAt,
                    madeAt: now
                )
            )
        )
    }

    private func report(on state: TargetState, _ requests: RequestState, now: MonotonicInstant) -> RevisionStatus {
        RevisionStatus(
            desiredReplicas: state.desired,
            readyReplicas: self.areReplicasKnown ? state.readyReplicas : nil,
            startingReplicas: self.areReplicasKnown ? state.startingReplicas : nil,
            mode: requests.mode,
            stableValue: requests.stableValue,
            panicValue: requests.panicValue,
            // The time is filled in by whoever has a calendar.
            lastDecision: RevisionStatus.Decision(time: "", desired: state.desired, reason: state.explanation),
            keepAlive: requests.keepAliveMemory(now: now)
        )
    }

    /// The pods that should go so that `desired` stay: those that work least.
    static func victims(of state: TargetState, keeping desired: Int) -> [String] {
        let inFlight = state.requests?.loads.inFlightByPod() ?? [:]
        // Where no request tells who works, a hundredth of a core counts as one.
        let counts = inFlight.values.contains { $0 > 0 }
        func work(_ name: String) -> Int {
            counts ? inFlight[name] ?? 0 : Int(((state.usage[name] ?? 0) * 100).rounded())
        }
        let candidates = state.replicas.values.filter(\.isActive).map { replica in
            ReplicaCandidate(
                name: replica.name,
                inFlightRequests: work(replica.name),
                isReady: replica.isReady,
                createdAt: replica.createdAt
            )
        }
        return ReplicaCandidate.victims(among: candidates, desired: desired)
    }
}
