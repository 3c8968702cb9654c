import ScalingCore

/// How the loop itself behaves; what a revision wants of it stands in the revision.
public struct AutoscalerSettings: Sendable, Equatable {
    /// How often a revision that is not idle is decided, whatever happens meanwhile.
    public var tick: Duration = .seconds(2)
    /// Deadlines are rounded up to multiples of this, so that thousands of revisions share a few wake-ups.
    public var granularity: Duration = .milliseconds(50)
    /// Decisions that events other than a waiting request ask for keep this distance, so that fifty replicas that become
    /// ready together cause a few decisions, not fifty.
    public var eventSpacing: Duration = .milliseconds(50)
    /// Load that is older is unknown.
    public var reportAgeLimit: Duration = .seconds(10)
    /// A revision that was woken is taken to have a waiting request for so long, unless reports say how many wait.
    ///
    /// Longer than two report intervals, because the next report may describe the time before the request came.
    public var wakeHold: Duration = .milliseconds(2500)
    /// Between a change of a revision's status and its write: lets the write that carries the decision out go first, and
    /// several changes share one write.
    public var statusDelay: Duration = .milliseconds(200)
    /// Least distance between two status writes of one revision.
    public var statusInterval: Duration = .seconds(1)
    /// Least distance between two status writes that only bring newer averages.
    public var statusValueInterval: Duration = .seconds(10)
    /// Status writes of all revisions together, per second; the rest waits.
    public var statusWritesPerSecond = 50.0
    /// First pause after a failed write of scale; doubles up to `scaleRetryLimit`.
    public var scaleRetry: Duration = .milliseconds(100)
    public var scaleRetryLimit: Duration = .seconds(5)
    /// Between the first looks at the event sources of objects that come together.
    public var firstPollSpacing: Duration = .milliseconds(1)
    /// Looks at the event sources of objects that have no work and no replicas, all objects together; beyond it the
    /// looks at each become rarer.
    public var quietLooksPerSecond = 500.0
    /// How old may be what is known of the replicas' use of processors when some of them have to go.
    public var usageAge: Duration = .seconds(5)
    /// What a look at one event source may take.
    public var triggerTimeLimit: Duration = .seconds(10)
    /// Looks under way at once at event sources of one type; those that failed last time have a row of their own.
    public var looksAtOnce = 64
    /// Scale writes under way at once, of all revisions together.
    public var writesAtOnce = 64
    /// Batches of one activator that may wait to be read; newer ones replace the oldest.
    public var waitingBatches = 4

    public init() {}

    /// The rhythm that a simulation shares.
    var timing: DecisionTiming {
        DecisionTiming(
            tick: self.tick,
            granularity: self.granularity,
            eventSpacing: self.eventSpacing,
            wakeHold: self.wakeHold
        )
    }
}
