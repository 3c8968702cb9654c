public import KubernetesClient
public import ScalingCore
public import Timekeeping

/// One trigger at one moment, as dashboards and metrics show it.
public struct TriggerState: Sendable {
    /// The ScaledObject.
    public let object: ObjectKey
    /// Position in `spec.triggers`.
    public let index: Int
    public let type: String
    /// `nil` when it was given none.
    public let name: String?
    /// As last read; empty before the first time.
    public let metrics: [TriggerReading.Metric]
    /// Whether the source wants replicas; `nil` while that is not known.
    public let isActive: Bool?
    /// Why the last look found nothing, one sentence; `nil` when it found something.
    public let problem: String?
    /// Looks that found nothing since the trigger is there.
    public let failures: Int
    /// When it was read last, on the monotonic clock.
    public let readAt: MonotonicInstant?
    /// When it is looked at next; `nil` while a look is under way or nothing can be looked at.
    public let nextLookAt: MonotonicInstant?
    /// What the last look took.
    public let latencySeconds: Double?

    init(_ events: EventState, trigger index: Int) {
        let poll = events.polls[index]
        self.object = events.scaling.key
        self.index = index
        self.type = events.scaling.triggers[index].type
        self.name = events.scaling.triggers[index].name
        self.metrics = poll.reading?.metrics ?? []
        self.isActive = poll.isActive
        self.problem = poll.failure?.description
        self.failures = poll.failuresEver
        self.readAt = poll.readAt
        self.nextLookAt = poll.isUnderWay ? nil : events.pollDue
        self.latencySeconds = poll.latencySeconds
    }
}
