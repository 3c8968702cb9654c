public import KubernetesClient
import ScalingCore
public import ServingAPI
public import Timekeeping

// MARK: - Revisions

extension AutoscalerEngine {
    /// A revision is there, or asks for something else than before.
    ///
    /// - Parameter status: What the revision's status says; read when the revision is new to this engine.
    public mutating func revisionChanged(_ revision: ScaledRevision, status: RevisionStatus?, at now: MonotonicInstant)
    {
        if let slot = self.slotByID[revision.id] {
            guard self.slots[slot]?.revision != revision else { return }
            guard self.slots[slot]?.revision.uid == revision.uid else {
                self.revisionRemoved(revision.id)
                return self.adopt(revision, status: status, now: now)
            }
            self.retarget(slot, to: revision.target)
            self.slots[slot]?.revision = revision
            self.slots[slot]?.scaler?.reconfigure(revision.configuration, now: now)
            self.requestDecision(slot, now: now)
        } else {
            self.adopt(revision, status: status, now: now)
        }
    }

    public mutating func revisionRemoved(_ id: RevisionID) {
        guard let slot = self.slotByID.removeValue(forKey: id), let state = self.slots[slot] else { return }
        self.deactivate(slot)
        self.slotsByTarget[state.revision.target]?.remove(slot)
        if self.slotsByTarget[state.revision.target]?.isEmpty == true {
            self.slotsByTarget[state.revision.target] = nil
        }
        if !state.replicas.isEmpty { self.orphans[id] = state.replicas }
        self.slots[slot] = nil
        self.freeSlots.append(slot)
    }

    private mutating func adopt(_ revision: ScaledRevision, status: RevisionStatus?, now: MonotonicInstant) {
        var state = RevisionState(revision: revision, status: status)
        for replica in (self.orphans.removeValue(forKey: revision.id) ?? [:]).values {
            state.setReplica(replica.name, replica)
        }
        state.marked = Set(state.replicas.values.filter(\.isMarkedAsVictim).map(\.name))
        if self.areWorkloadsKnown { state.ledger.observed(replicas: self.workloads[revision.target]) }
        if let wake = self.earlyWakes.take(revision.id) {
            state.wokenAt = wake.at
            state.wokenWaiting = wake.waiting
        }
        let slot: Int
        if let free = self.freeSlots.popLast() {
            slot = free
            self.slots[slot] = state
        } else {
            slot = self.slots.count
            self.slots.append(state)
        }
        self.slotByID[revision.id] = slot
        self.slotsByTarget[revision.target, default: []].insert(slot)
        self.requestDecision(slot, now: now)
    }

    private mutating func retarget(_ slot: Int, to target: ObjectKey) {
        guard let old = self.slots[slot]?.revision.target, old != target else { return }
        self.slotsByTarget[old]?.remove(slot)
        self.slotsByTarget[target, default: []].insert(slot)
        self.slots[slot]?.ledger = ScaleLedger()
        if self.areWorkloadsKnown { self.slots[slot]?.ledger.observed(replicas: self.workloads[target]) }
    }

    func slot(of id: RevisionID) -> Int? { self.slotByID[id] }
}

// MARK: - Workloads and replicas

extension AutoscalerEngine {
    /// A Deployment says how many replicas it is told to have.
    ///
    /// - Parameter replicas: `nil` when the Deployment is gone.
    public mutating func workloadChanged(_ key: ObjectKey, replicas: Int?, at now: MonotonicInstant) {
        self.workloads[key] = replicas
        for slot in self.slotsByTarget[key] ?? [] {
            let before = self.slots[slot]?.ledger.effective(now: now)
            self.slots[slot]?.ledger.observed(replicas: replicas)
            guard self.slots[slot]?.ledger.effective(now: now) != before || replicas == nil else { continue }
            self.requestDecision(slot, now: now)
        }
    }

    /// The list of Deployments is complete from now on: one that was not told of does not exist.
    public mutating func workloadsKnown(at now: MonotonicInstant) {
        self.areWorkloadsKnown = true
        for slot in self.slotByID.values {
            guard let target = self.slots[slot]?.revision.target, self.workloads[target] == nil else { continue }
            self.slots[slot]?.ledger.observed(replicas: nil)
            self.requestDecision(slot, now: now)
        }
    }

    /// A pod of the revision is new or has changed.
    public mutating func replicaChanged(_ replica: ReplicaSnapshot, of id: RevisionID, at now: MonotonicInstant) {
        guard let slot = self.slotByID[id] else {
            self.orphans[id, default: [:]][replica.name] = replica
            return
        }
        let before = self.slots[slot]?.setReplica(replica.name, replica)
        if let before, before.isStarting, replica.isServing {
            self.slots[slot]?.scaler?.replicaStarted(tookSeconds: now.seconds(since: replica.createdAt))
        }
        if before == nil, replica.isMarkedAsVictim { self.slots[slot]?.marked.insert(replica.name) }
        self.replicasMoved(slot, from: before, to: replica, now: now)
    }

    /// What the engine knows of a pod.
    public func replica(_ name: String, of id: RevisionID) -> ReplicaSnapshot? {
        guard let slot = self.slotByID[id] else { return self.orphans[id]?[name] }
        return self.slots[slot]?.replicas[name]
    }

    public mutating func replicaRemoved(_ name: String, of id: RevisionID, at now: MonotonicInstant) {
        guard let slot = self.slotByID[id] else {
            self.orphans[id]?[name] = nil
            if self.orphans[id]?.isEmpty == true { self.orphans[id] = nil }
            return
        }
        let before = self.slots[slot]?.setReplica(name, nil)
        self.slots[slot]?.marked.remove(name)
        self.replicasMoved(slot, from: before, to: nil, now: now)
    }

    /// Whether the pods that were told of are all there are.
    ///
    /// While they are not, revisions hold.
    public mutating func replicasKnown(_ isKnown: Bool, at now: MonotonicInstant) {
        guard self.areReplicasKnown != isKnown else { return }
        self.areReplicasKnown = isKnown
        for slot in self.slotByID.values { self.requestDecision(slot, now: now) }
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
