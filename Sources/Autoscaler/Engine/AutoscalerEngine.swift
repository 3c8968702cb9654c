import KubernetesClient
import ScalingCore
import ServingAPI
public import Timekeeping

/// The autoscaler without its plumbing: events in, actions out, time as an argument.
///
/// It holds a scaler for the requests and one for the events of every target (a Deployment) and decides what none of them
/// can: when to look, what is known well enough to act on, which wish wins, which pods go first, and what is worth
/// writing. Whoever drives it calls `advance` when `nextDeadline` comes or something was fed in, then carries out
/// `takeActions()` and tells how that ended.
///
/// A target without replicas and without load is dormant: it is in no list that is walked and has no deadline but the
/// next look at its event sources, so ten thousand revisions cost memory only. News about it wakes it.
public struct AutoscalerEngine: Sendable {
    /// An activator that reports.
    struct Reporter: Sendable {
        let name: String
        var lastBatchAt: MonotonicInstant
        /// Number of its last batch.
        var batch: UInt64 = 0
    }

    let settings: AutoscalerSettings
    /// One place for each target; a target keeps its place, so that deadlines can name it by number.
    var slots: [TargetState?] = []
    var freeSlots: [Int] = []
    var slotByTarget: [ObjectKey: Int] = [:]
    var slotByID: [RevisionID: Int] = [:]
    /// By name of the ScaledObject.
    var slotByObject: [ObjectKey: Int] = [:]
    /// Slots of the targets that are not dormant, in no order.
    var active: [Int] = []
    private var heap = DeadlineHeap()

    var reporters: [Reporter] = []
    var batches: [PendingBatch] = []
    /// Whether people were told that no activator reports; no need to while none ever did.
    var isSilenceAnnounced = true

    /// Whether the list of pods was read and is being watched.
    var areReplicasKnown = false
    var areWorkloadsKnown = false
    /// Replica counts of all Deployments, for what may scale them one day.
    var workloads: [ObjectKey: Int] = [:]
    /// Pods of Deployments that nothing scales yet.
    var orphans: [ObjectKey: [String: ReplicaSnapshot]] = [:]
    var owners = ReplicaOwners()
    /// The last moment that was set aside for the first look at an event source.
    var lastFirstPoll = MonotonicInstant.zero
    var earlyWakes = EarlyWakes()

    var actions: [AutoscalerAction] = []
    var statusBudget: RateBudget
    /// Of looks at event sources where nothing is to do.
    var quietLookBudget: RateBudget
    public internal(set) var counters = AutoscalerCounters()

    public init(settings: AutoscalerSettings = AutoscalerSettings()) {
        self.settings = settings
        self.statusBudget = RateBudget(perSecond: settings.statusWritesPerSecond)
        self.quietLookBudget = RateBudget(perSecond: settings.quietLooksPerSecond)
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
    public var scaledObjectCount: Int { self.slotByObject.count }
    /// Targets that are looked at on every tick.
    public var activeCount: Int { self.active.count }

    /// Does what is due, in small steps so that a waiting request need not wait for ten thousand other targets.
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
        self.pollIfDue(slot, now: now)
        if let due = self.slots[slot]?.decisionDue, due <= now { self.decide(slot, now: now, isUrgent: false) }
        self.writeStatusIfDue(slot, now: now)
        self.writeObjectStatusIfDue(slot, now: now)
        self.schedule(slot, now: now)
    }

    /// Puts the target's next deadline on the heap, unless an earlier entry stands for it already.
    mutating func schedule(_ slot: Int, now: MonotonicInstant) {
        guard let state = self.slots[slot] else { return }
        var due = state.decisionDue
        func consider(_ other: MonotonicInstant?) {
            guard let other else { return }
            due = due.map { min($0, other) } ?? other
        }
        consider(state.requests?.status.due(self.settings, now: now))
        consider(state.events?.pollDue)
        consider(state.events?.status.due(self.settings, now: now))
        guard let due = due.map(self.settings.timing.roundedUp) else { return }
        if let scheduled = state.scheduled, scheduled <= due { return }
        self.slots[slot]?.scheduled = due
        self.heap.push(DeadlineHeap.Entry(due: due, slot: slot))
    }
}

// MARK: - Deadlines

extension AutoscalerEngine {
    /// Asks for a decision because something happened, keeping a distance to the last one.
    mutating func requestDecision(_ slot: Int, now: MonotonicInstant) {
        guard let state = self.slots[slot] else { return }
        self.activate(slot)
        let due = self.settings.timing.afterEvent(
            // Events of a queue are what the loop of a ScaledObject is for, whatever the policy of the requests is.
            policy: state.events == nil ? state.policy : .pilotlight,
            hasDecided: state.requests?.decision != nil,
            place: slot,
            decidedAt: state.decidedAt,
            now: now
        )
        if let known = state.decisionDue, known <= due { return }
        self.slots[slot]?.decisionDue = due
        self.schedule(slot, now: now)
    }

    func nextTick(_ slot: Int, after now: MonotonicInstant) -> MonotonicInstant {
        self.settings.timing.nextTick(place: slot, after: now)
    }

    mutating func activate(_ slot: Int) {
        guard self.slots[slot]?.activePosition == nil else { return }
        self.slots[slot]?.activePosition = self.active.count
        self.active.append(slot)
    }

    /// Takes the target out of the walked list; the last one takes its place.
    mutating func deactivate(_ slot: Int) {
        guard let position = self.slots[slot]?.activePosition else { return }
        self.slots[slot]?.activePosition = nil
        let last = self.active.removeLast()
        guard last != slot else { return }
        self.active[position] = last
        self.slots[last]?.activePosition = position
    }
}
