import ScalingCore
import ServingAPI
import Telemetry

/// One moment of the autoscaler, as the metrics show it.
struct AutoscalerReading: Sendable {
    /// One revision's numbers.
    struct Revision: Sendable {
        let namespace: String
        let service: String
        let revision: String
        let desired: Int?
        let ready: Int
        let starting: Int
        let stable: Double?
        let panic: Double?
        let metric: ScalingMetric
        let target: Double
        let isPanicking: Bool
    }

    let revisions: [Revision]
    let triggers: [TriggerState]
    let counters: AutoscalerCounters
    let activeCount: Int
    let meters: AutoscalerMeters.Snapshot

    init(engine: AutoscalerEngine, meters: AutoscalerMeters.Snapshot) {
        self.revisions = engine.slots.compactMap { state in
            guard let state, let requests = state.requests else { return nil }
            return Revision(
                namespace: requests.revision.id.namespace,
                service: requests.revision.service,
                revision: requests.revision.id.name,
                desired: state.desired,
                ready: state.readyReplicas,
                starting: state.startingReplicas,
                stable: requests.decision?.stableValue,
                panic: requests.decision?.panicValue,
                metric: requests.revision.configuration.metric,
                target: requests.revision.configuration.target,
                isPanicking: requests.decision?.isPanicking ?? false
            )
        }
        self.triggers = engine.slots.flatMap { state -> [TriggerState] in
            guard let events = state?.events else { return [] }
            return events.polls.indices.map { TriggerState(events, trigger: $0) }
        }
        self.counters = engine.counters
        self.activeCount = engine.activeCount
        self.meters = meters
    }
}
