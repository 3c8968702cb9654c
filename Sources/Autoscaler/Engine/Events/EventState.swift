import ScalingCore
import Timekeeping

/// What the engine remembers of the events that drive one target: the ScaledObject, its triggers, what its scaler makes
/// of them.
struct EventState: Sendable {
    var scaling: EventScaling
    /// Made once the replica count of the target is known.
    var scaler: ScaledObjectScaler?
    /// In the order of the triggers.
    var polls: [TriggerPoll]
    /// When the triggers are to be looked at next; `nil` while that cannot be told.
    var pollDue: MonotonicInstant?
    /// `pollDue` was set aside for this object because many others wanted theirs.
    var isPollReserved = false
    var decision: ScaledObjectDecision?
    /// When the decision is to be thought over although nothing happens.
    var recheckAt: MonotonicInstant?
    /// Why a later state of the object was not taken over, `nil` when `scaling` is the latest.
    var refusal: EventCondition?
    var conditions: [EventCondition]
    var status = EventStatusLedger()
    /// The replica count before this object came; `nil` while the target is not known.
    var originalReplicas: Int?
    /// What an earlier life of the autoscaler wrote.
    private let foundLastActiveAt: MonotonicInstant?

    init(_ scaling: EventScaling, found: FoundScaledObjectStatus?) {
        self.scaling = scaling
        self.polls = scaling.triggers.map { _ in TriggerPoll() }
        self.conditions = found?.conditions ?? []
        self.originalReplicas = found?.originalReplicas
        self.foundLastActiveAt = found?.lastActiveAt
    }

    /// When the object was last active; with a formula that is the formula's word, not one trigger's.
    var lastActiveAt: MonotonicInstant? { self.scaler?.lastActive ?? self.foundLastActiveAt }

    /// Lowest and highest replica count that the user allows.
    var bounds: ClosedRange<Int> {
        let configuration = self.scaling.configuration
        let lowest = min(configuration.minReplicas, configuration.idleReplicas ?? configuration.minReplicas)
        return lowest...max(lowest, configuration.maxReplicas)
    }

    /// Triggers that can be asked and are not being asked.
    var idleTriggers: [Int] {
        self.polls.indices.filter { !self.polls[$0].isUnderWay && self.scaling.triggers[$0].problem == nil }
    }

    /// Every trigger that can be asked is being asked.
    var isWaitingForAll: Bool {
        self.polls.contains(where: \.isUnderWay) && self.idleTriggers.isEmpty
    }

    /// Whether any look at a trigger has ended so far.
    var wasAnswered: Bool { self.polls.contains { $0.readAt != nil || $0.failure != nil } }

    func recheckDue(after now: MonotonicInstant) -> MonotonicInstant? { self.recheckAt.map { max($0, now) } }
}
