public import KubernetesClient
import ScalingCore
public import ServingAPI
import Telemetry
public import Timekeeping

// MARK: - Revisions

extension AutoscalerEngine {
    /// A revision is there, or asks for something else than before.
    ///
    /// - Parameters:
    ///   - status: What the revision's status says; read when the revision is new to this engine.
    ///   - learnedAt: When what the status says of the keep-alive rule was written down; `nil` to learn anew.
    public mutating func revisionChanged(
        _ revision: ScaledRevision,
        status: RevisionStatus?,
        learnedAt: MonotonicInstant? = nil,
        at now: MonotonicInstant
    ) {
        guard let slot = self.slotByID[revision.id], let known = self.slots[slot]?.requests?.revision else {
            return self.adopt(revision, status: status, learnedAt: learnedAt, now: now)
        }
        guard known != revision else { return }
        guard known.uid == revision.uid, known.target == revision.target else {
            self.revisionRemoved(revision.id)
            return self.adopt(revision, status: status, learnedAt: learnedAt, now: now)
        }
        self.slots[slot]?.requests?.revision = revision
        self.slots[slot]?.requests?.scaler?.reconfigure(revision.configuration, now: now)
        self.requestDecision(slot, now: now)
    }

    public mutating func revisionRemoved(_ id: RevisionID) {
        guard let slot = self.slotByID.removeValue(forKey: id) else { return }
        self.slots[slot]?.requests = nil
        self.releaseIfUnused(slot)
    }

    private mutating func adopt(
        _ revision: ScaledRevision,
        status: RevisionStatus?,
        learnedAt: MonotonicInstant?,
        now: MonotonicInstant
    ) {
        let slot = self.slot(for: revision.target, now: now)
        if let rival = self.slots[slot]?.requests?.revision {
            let message =
                "Revision \(revision.id) is not scaled: \(rival.id) scales the Deployment \(revision.target) already."
            return self.actions.append(
                .announce(AutoscalerNote(kind: .warning, subject: "\(revision.id)", message: message))
            )
        }
        var requests = RequestState(revision: revision, status: status, learnedAt: learnedAt)
        if let wake = self.earlyWakes.take(revision.id) {
            _ = requests.wake.woke(waiting: wake.waiting, at: wake.at, spacing: self.settings.timing.eventSpacing)
        }
        self.slots[slot]?.requests = requests
        if self.slots[slot]?.desired == nil { self.slots[slot]?.desired = status?.desiredReplicas }
        self.slotByID[revision.id] = slot
        self.requestDecision(slot, now: now)
    }

    func slot(of id: RevisionID) -> Int? { self.slotByID[id] }
}

// MARK: - Targets

extension AutoscalerEngine {
    /// The place of a target, made when it has none.
    mutating func slot(for target: ObjectKey, now: MonotonicInstant) -> Int {
        if let slot = self.slotByTarget[target] { return slot }
        var state = TargetState(key: target)
        for replica in (self.orphans.removeValue(forKey: target) ?? [:]).values {
            state.setReplica(replica.name, replica)
        }
        state.marked = Set(state.replicas.values.filter(\.isMarkedAsVictim).map(\.name))
        if self.areWorkloadsKnown || self.workloads[target] != nil {
            state.ledger.observed(replicas: self.workloads[target])
        }
        let slot: Int
        if let free = self.freeSlots.popLast() {
            slot = free
            self.slots[slot] = state
        } else {
            slot = self.slots.count
            self.slots.append(state)
        }
        self.slotByTarget[target] = slot
        return slot
    }

    /// Forgets a target that neither requests nor events drive any longer.
    mutating func releaseIfUnused(_ slot: Int) {
        guard let state = self.slots[slot], state.requests == nil, state.events == nil,
            state.restoring == nil
        else { return }
        self.deactivate(slot)
        self.slotByTarget[state.key] = nil
        if !state.replicas.isEmpty { self.orphans[state.key] = state.replicas }
        self.slots[slot] = nil
        self.freeSlots.append(slot)
    }
}

// MARK: - Workloads and replicas

extension AutoscalerEngine {
    /// A Deployment says how many replicas it is told to have.
    ///
    /// - Parameter replicas: `nil` when the Deployment is gone.
    public mutating func workloadChanged(_ key: ObjectKey, replicas: Int?, at now: MonotonicInstant) {
        self.workloads[key] = replicas
        guard let slot = self.slotByTarget[key] else { return }
        let before = self.slots[slot]?.ledger.effective(now: now)
        self.slots[slot]?.ledger.observed(replicas: replicas)
        guard self.slots[slot]?.ledger.effective(now: now) != before || replicas == nil else { return }
        self.requestDecision(slot, now: now)
    }

    /// The list of Deployments is complete from now on: one that was not told of does not exist.
    public mutating func workloadsKnown(at now: MonotonicInstant) {
        self.areWorkloadsKnown = true
        for (target, slot) in self.slotByTarget where self.workloads[target] == nil {
            self.slots[slot]?.ledger.observed(replicas: nil)
            self.requestDecision(slot, now: now)
        }
    }

    /// A pod of the target is new or has changed.
    public mutating func replicaChanged(_ replica: ReplicaSnapshot, of target: ObjectKey, at now: MonotonicInstant) {
        guard let slot = self.slotByTarget[target] else {
            self.orphans[target, default: [:]][replica.name] = replica
            return
        }
        let before = self.slots[slot]?.setReplica(replica.name, replica)
        if let before, before.isStarting, replica.isServing {
            let seconds = now.seconds(since: replica.createdAt)
            self.slots[slot]?.requests?.scaler?.replicaStarted(tookSeconds: seconds)
        }
        if before == nil, replica.isMarkedAsVictim { self.slots[slot]?.marked.insert(replica.name) }
        self.replicasMoved(slot, from: before, to: replica, now: now)
    }

    /// What the engine knows of a pod.
    public func replica(_ name: String, of target: ObjectKey) -> ReplicaSnapshot? {
        guard let slot = self.slotByTarget[target] else { return self.orphans[target]?[name] }
        return self.slots[slot]?.replicas[name]
    }

    public mutating func replicaRemoved(_ name: String, of target: ObjectKey, at now: MonotonicInstant) {
        guard let slot = self.slotByTarget[target] else {
            self.orphans[target]?[name] = nil
            if self.orphans[target]?.isEmpty == true { self.orphans[target] = nil }
            return
        }
        let before = self.slots[slot]?.setReplica(name, nil)
        self.slots[slot]?.marked.remove(name)
        self.replicasMoved(slot, from: before, to: nil, now: now)
    }

    /// Whether the pods that were told of are all there are.
    ///
    /// While they are not, targets hold.
    public mutating func replicasKnown(_ isKnown: Bool, at now: MonotonicInstant) {
        guard self.areReplicasKnown != isKnown else { return }
        self.areReplicasKnown = isKnown
        for slot in self.slotByTarget.values { self.requestDecision(slot, now: now) }
    }

    private mutating func replicasMoved(
        _ slot: Int,
        from before: ReplicaSnapshot?,
        to after: ReplicaSnapshot?,
        now: MonotonicInstant
    ) {
        let isSame = before?.isServing == after?.isServing && before?.isStarting == after?.isStarting
        guard !isSame else { return }
        self.requestDecision(slot, now: now)
    }
}
