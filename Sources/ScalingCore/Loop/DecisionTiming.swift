public import Timekeeping

/// When a revision is looked at: the rhythm that the live autoscaler and a simulation share.
public struct DecisionTiming: Sendable, Equatable {
    /// How often a revision that is not idle is decided, whatever happens meanwhile.
    public var tick: Duration { didSet { self.tickNanoseconds = max(1, self.tick.nanoseconds) } }
    /// Deadlines are rounded up to multiples of this, so that thousands of revisions share a few wake-ups.
    public var granularity: Duration { didSet { self.granularityNanoseconds = max(1, self.granularity.nanoseconds) } }
    /// Decisions that events other than a waiting request ask for keep this distance, so that fifty replicas that become
    /// ready together cause a few decisions, not fifty.
    public var eventSpacing: Duration
    /// A revision that was woken is taken to have a waiting request for so long, unless reports say how many wait.
    ///
    /// Longer than two report intervals, because the next report may describe the time before the request came.
    public var wakeHold: Duration

    // A duration counts in 128 bits, and dividing those costs more than all else that is done here.
    private var tickNanoseconds: Int64
    private var granularityNanoseconds: Int64

    public init(
        tick: Duration = .seconds(2),
        granularity: Duration = .milliseconds(50),
        eventSpacing: Duration = .milliseconds(50),
        wakeHold: Duration = .milliseconds(2500)
    ) {
        self.tick = tick
        self.granularity = granularity
        self.eventSpacing = eventSpacing
        self.wakeHold = wakeHold
        self.tickNanoseconds = max(1, tick.nanoseconds)
        self.granularityNanoseconds = max(1, granularity.nanoseconds)
    }

    /// The next tick of the revision in a place.
    ///
    /// Revisions tick at fixed phases of the interval, spread by place, so that they do not all come at once after a
    /// start.
    public func nextTick(place: Int, after now: MonotonicInstant) -> MonotonicInstant {
        let interval = self.tickNanoseconds
        let phase = Int64(place) &* self.granularityNanoseconds % interval
        let sincePhase = (now.nanoseconds &- phase) % interval
        let wait = interval - (sincePhase < 0 ? sincePhase + interval : sincePhase)
        return now.advanced(byNanoseconds: wait)
    }

    /// When to decide because something other than a waiting request happened.
    ///
    /// Knative's decider is driven by its ticks and by waiting requests alone, so for that policy an event only makes
    /// sure that a tick comes.
    ///
    /// - Parameters:
    ///   - hasDecided: Whether the policy has decided before, and was not merely held by something unknown.
    ///   - decidedAt: When the revision was last looked at; `nil` before the first time.
    public func afterEvent(
        policy: ScalingPolicyName,
        hasDecided: Bool,
        place: Int,
        decidedAt: MonotonicInstant?,
        now: MonotonicInstant
    ) -> MonotonicInstant {
        if policy == .knative, hasDecided { return self.nextTick(place: place, after: now) }
        return decidedAt.map { max(now, $0.advanced(by: self.eventSpacing)) } ?? now
    }

    /// Whether a queue that began or grew is decided upon at once, not only noted for the next tick.
    ///
    /// Knative's decider listens at zero only.
    ///
    /// - Parameter current: The scale in force; 0 when it is not known.
    public func isWakeHeard(policy: ScalingPolicyName, current: Int) -> Bool {
        policy == .pilotlight || current == 0
    }

    public func roundedUp(_ instant: MonotonicInstant) -> MonotonicInstant {
        let step = self.granularityNanoseconds
        let remainder = instant.nanoseconds % step
        return remainder == 0 ? instant : instant.advanced(byNanoseconds: step - remainder)
    }
}
