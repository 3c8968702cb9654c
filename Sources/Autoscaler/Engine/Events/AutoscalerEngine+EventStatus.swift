import KubernetesClient
import ScalingCore
public import Timekeeping

// MARK: - What ScaledObjects say

extension AutoscalerEngine {
    /// Draws up what the ScaledObject's status should say now.
    mutating func noteObjectStatus(_ state: inout TargetState, now: MonotonicInstant) {
        guard let events = state.events else { return }
        // After a restart nothing was read yet, and what was true a moment ago is a better guess than none.
        let isUnread = state.hold == .eventsUnknown && !events.wasAnswered && !events.conditions.isEmpty
        let conditions =
            isUnread
            ? events.conditions
            : Self.conditions(of: state, events).map { new in
                var new = new
                let old = events.conditions.first { $0.kind == new.kind }
                new.since = old.flatMap { $0.status == new.status ? $0.since : nil } ?? now
                return new
            }
        state.events?.conditions = conditions
        var report = ScaledObjectReport()
        report.conditions = conditions
        report.originalReplicas = events.originalReplicas
        report.lastActiveAt = events.lastActiveAt
        report.desiredReplicas = state.desired
        // What requests have to say about the target stands in the revision.
        let isOwn = state.hold == nil || state.hold == .eventsUnknown || state.hold == .loadUnknown
        report.explanation = isOwn ? events.decision?.explanation ?? state.explanation : state.explanation
        report.limits = isOwn ? events.decision?.limits ?? [] : []
        report.decidedAt = state.decidedAt
        report.generation = events.scaling.generation
        report.triggers = zip(events.scaling.triggers, events.polls).map { trigger, poll in
            var entry = ScaledObjectReport.Trigger(type: trigger.type, name: trigger.name)
            entry.metrics = poll.reading?.metrics ?? []
            entry.isActive = poll.isActive
            entry.problem = poll.failure?.description
            entry.failures = poll.failures
            entry.readAt = poll.readAt
            entry.remark = poll.reading?.remark
            return entry
        }
        state.events?.status.changed(to: report, now: now)
    }

    public mutating func objectStatusWritten(
        _ write: ScaledObjectStatusWrite,
        succeeded: Bool,
        at now: MonotonicInstant
    ) {
        guard let slot = self.slotByObject[write.object], self.slots[slot]?.events?.scaling.uid == write.uid else {
            return
        }
        self.slots[slot]?.events?.status.finished(succeeded: succeeded, now: now)
        self.schedule(slot, now: now)
    }

    mutating func writeObjectStatusIfDue(_ slot: Int, now: MonotonicInstant) {
        guard let events = self.slots[slot]?.events, let report = events.status.current,
            let due = events.status.due(self.settings, now: now), due <= now
        else { return }
        if events.status.reserved == nil {
            let moment = self.statusBudget.reserve(now: now)
            guard moment <= now else {
                self.slots[slot]?.events?.status.reserve(moment)
                return
            }
        }
        self.slots[slot]?.events?.status.begin()
        let write = ScaledObjectStatusWrite(object: events.scaling.key, uid: events.scaling.uid, report: report)
        self.actions.append(.writeObjectStatus(write))
    }

    // MARK: Conditions

    private static func conditions(of state: TargetState, _ events: EventState) -> [EventCondition] {
        switch state.hold {
        case .workloadMissing:
            let problems = events.polls.indices.compactMap { index in
                events.polls[index].failure.map { "\(events.scaling.label(index)): \($0.description)" }
            }
            let message =
                ["The Deployment \(state.key.name) to scale does not exist."]
                + (problems.isEmpty ? [] : [problems.joined(separator: "; ")])
            return Self.conditions(.no, reason: "ScaleTargetNotFound", message.joined(separator: " "))
        case .workloadUnknown, .replicasUnknown:
            return Self.conditions(.unknown, reason: "Starting", state.explanation)
        case .loadUnknown, .eventsUnknown, .undecided, nil:
            guard let decision = events.decision else {
                return Self.conditions(.unknown, reason: "Starting", "Nothing was decided yet.")
            }
            return decision.conditions.compactMap { fact in
                if let refusal = events.refusal, fact.kind == refusal.kind.rawValue { return refusal }
                return EventCondition.Kind(rawValue: fact.kind).map {
                    let status: EventCondition.Status = fact.isTrue.map { $0 ? .yes : .no } ?? .unknown
                    return EventCondition($0, status, reason: fact.reason, message: fact.message)
                }
            }
        }
    }

    private static func conditions(
        _ status: EventCondition.Status,
        reason: String,
        _ message: String
    ) -> [EventCondition] {
        [
            EventCondition(.ready, status, reason: reason, message: message),
            EventCondition(.active, .unknown, reason: reason, message: message),
        ]
    }
}
