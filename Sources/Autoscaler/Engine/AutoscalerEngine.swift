public import KubernetesClient
import ScalingCore
public import ServingAPI
public import Timekeeping

/// The autoscaler without its plumbing: events in, actions out, time as an argument.
///
/// It holds one `RevisionScaler` for every revision and decides what none of them can: when to look, what is known well
/// enough to act on, which pods go first, and what is worth writing. Whoever drives it calls `advance` when
/// `nextDeadline` comes or an event was fed in, then carries out `takeActions()` and tells how that ended.
///
/// A revision without replicas and without load is dormant: it has no deadline and is in no list that is walked, so ten
/// thousand of them cost memory only. An event about it wakes it.
public struct AutoscalerEngine: Sendable {
    /// An activator that reports.
    struct Reporter: Sendable {
        let name: String
        var lastBatchAt: MonotonicInstant
        var batch: UInt64 = 0
        var isSilent = false
    }

    let settings: AutoscalerSettings
    var slots: [RevisionState?] = []
    private var freeSlots: [Int] = []
    private var slotByID: [RevisionID: Int] = [:]
    private var slotsByTarget: [ObjectKey: Set<Int>] = [:]
    /// Slots of the revisions that are not dormant, in no order.
    var active: [Int] = []
    private var heap = DeadlineHeap()

    var reporters: [Reporter] = []
    var batches: [PendingBatch] = []
    /// Since when some activator has reported without a gap; `nil` while load is unknown.
    var loadKnownSince: MonotonicInstant?

    /// Whether the list of pods was read and is being watched.
    var areReplicasKnown = false
    var areWorkloadsKnown = false
    /// Replica counts of Deployments that no revision asked for yet.
    private var workloads: [ObjectKey: Int] = [:]
    /// Pods that came before their revision.
    private var orphans: [RevisionID: [String: ReplicaSnapshot]] = [:]
    var earlyWakes = EarlyWakes()

    var actions: [AutoscalerAction] = []
    var statusBudget: StatusBudget
    public internal(set) var counters = AutoscalerCounters()

    public init(settings: AutoscalerSettings = AutoscalerSettings()) {
        self.settings = settings
        self.statusBudget = StatusBudget(perSecond: settings.statusWritesPerSecond)
    }

    /// What is to be done, in order; each action is handed out once.
    public mutating func takeActions() -> [AutoscalerAction] {
        defer { self.actions = [] }
        return self.actions
    }

    /// When `advance` is to be called at the latest; `nil` when only an event can change anything.
    public var nextDeadline: MonotonicInstant? {
        self.batches.isEmpty ? self.heap.first?.due : .zero
    }

    public var revisionCount: Int { self.slotByID.count }
    /// Revisions that are looked at on every tick.
    public var activeCount: Int { self.active.count }

    /// Does what is due, in small steps so that a waiting request need not wait for ten thousand other revisions.
    ///
    /// - Parameter budget: Decisions and load reports to work on at most.
    /// - Returns: Whether more is due already.
    public mutating func advance(to now: MonotonicInstant, budget: Int = .max) -> Bool {
        var left = budget
        self.counters.advances += 1
        self.workOnBatches(now: now, budget: &left)
        while left > 0, let first = self.heap.first, first.due <= now {
            _ = self.heap.popFirst()
            guard self.slots[first.slot]?.scheduled == first.due else { continue }
            self.slots[first.slot]?.scheduled = nil
            self.look(at: first.slot, now: now)
            left -= 1
        }
        guard self.batches.isEmpty else { return true }
        return self.heap.first.map { $0.due <= now } ?? false
    }

    private mutating func look(at slot: Int, now: MonotonicInstant) {
        self.counters.looks += 1
        if let due = self.slots[slot]?.decisionDue, due <= now { self.decide(slot, now: now, isUrgent: false) }
        self.writeStatusIfDue(slot, now: now)
        self.schedule(slot, now: now)
    }

    /// Puts the revision's next deadline on the heap, unless an earlier entry stands for it already.
    mutating func schedule(_ slot: Int, now: MonotonicInstant) {
        guard let state = self.slots[slot] else { return }
        let dues = [state.decisionDue, state.status.due(self.settings, now: now)].compactMap(\.self)
        guard let due = dues.min().map(self.roundedUp) else { return }
        if let scheduled = state.scheduled, scheduled <= due { return }
        self.slots[slot]?.scheduled = due
        self.heap.push(DeadlineHeap.Entry(due: due, slot: slot))
    }

    private func roundedUp(_ instant: MonotonicInstant) -> MonotonicInstant {
        let step = self.settings.granularity.nanoseconds
        let remainder = instant.nanoseconds % step
        return remainder == 0 ? instant : instant.advanced(byNanoseconds: step - remainder)
    }
}

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
        var state = RevisionState(revision: revision, status: status, now: now)
        state.replicas = self.orphans.removeValue(forKey: revision.id) ?? [:]
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
        let before = self.slots[slot]?.replicas.updateValue(replica, forKey: replica.name)
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
        let before = self.slots[slot]?.replicas.removeValue(forKey: name)
        self.slots[slot]?.marked.remove(name)
        self.replicasMoved(slot, from: before, to: nil, now: now)
    }

    /// Whether the pods that were told of are all there are. While they are not, revisions hold.
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

// MARK: - Deadlines

extension AutoscalerEngine {
    /// Asks for a decision because something happened, keeping a distance to the last one.
    ///
    /// Knative's decider is driven by its ticks and by waiting requests alone, so for that policy an event only makes
    /// sure that a tick comes.
    mutating func requestDecision(_ slot: Int, now: MonotonicInstant) {
        guard let state = self.slots[slot] else { return }
        self.activate(slot)
        let spaced = state.decidedAt.map { max(now, $0.advanced(by: self.settings.eventSpacing)) } ?? now
        let due =
            state.configuration.policy == .knative && state.decision != nil ? self.nextTick(slot, after: now) : spaced
        if let known = state.decisionDue, known <= due { return }
        self.slots[slot]?.decisionDue = due
        self.schedule(slot, now: now)
    }

    /// Revisions tick at fixed phases of the interval, spread by slot, so that they do not all come at once after a start.
    func nextTick(_ slot: Int, after now: MonotonicInstant) -> MonotonicInstant {
        let interval = self.settings.tick.nanoseconds
        let step = self.settings.granularity.nanoseconds
        let phase = Int64(slot) &* step % interval
        let sincePhase = (now.nanoseconds &- phase) % interval
        let wait = interval - (sincePhase < 0 ? sincePhase + interval : sincePhase)
        return now.advanced(byNanoseconds: wait)
    }

    mutating func activate(_ slot: Int) {
        guard self.slots[slot]?.activePosition == nil else { return }
        self.slots[slot]?.activePosition = self.active.count
        self.active.append(slot)
    }

    /// Takes the revision out of the walked list; the last one takes its place.
    mutating func deactivate(_ slot: Int) {
        guard let position = self.slots[slot]?.activePosition else { return }
        self.slots[slot]?.activePosition = nil
        let last = self.active.removeLast()
        guard last != slot else { return }
        self.active[position] = last
        self.slots[last]?.activePosition = position
    }
}
