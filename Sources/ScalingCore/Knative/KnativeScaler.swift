import Timekeeping

/// The whole of Knative's autoscaling of one revision: windows, decider, bounds and the way to zero.
///
/// The activator is always in the path here, so a probe of it always succeeds. When Knative would have led requests
/// through it is tracked all the same, because the grace period counts from then.
struct KnativeScaler: Sendable, Equatable {
    private static let tickSeconds = 2.0

    private(set) var configuration: ScalingConfiguration
    private var stable: KnativeWindow
    private var panic: KnativeWindow
    private var decider: KnativeDecider
    private var activity: RevisionActivity
    private var hasReachedInitialScale: Bool
    private var proxyingSince: MonotonicInstant?
    /// The last scale that was applied; `nil` before the first one.
    private var applied: Int?

    init(
        configuration: ScalingConfiguration,
        now: MonotonicInstant,
        readyReplicas: Int,
        hasReachedInitialScale: Bool
    ) {
        self.configuration = configuration
        self.stable = KnativeWindow(seconds: configuration.stableWindowSeconds)
        self.panic = KnativeWindow(seconds: configuration.panicWindowSeconds)
        self.decider = KnativeDecider(configuration: configuration, now: now, readyReplicas: readyReplicas)
        self.hasReachedInitialScale = hasReachedInitialScale
        // After a restart at zero there is nothing to activate; a new revision is about to get its first replicas.
        let state: RevisionActivity.State =
            readyReplicas > 0 ? .active : hasReachedInitialScale ? .inactive : .activating
        self.activity = RevisionActivity(state, since: now)
        self.proxyingSince = now
    }

    mutating func record(_ sample: LoadSample, at now: MonotonicInstant) {
        let value = sample.value(of: self.configuration.metric)
        self.stable.record(value, second: now.wholeSeconds)
        self.panic.record(value, second: now.wholeSeconds)
    }

    mutating func decide(_ observation: ReplicaObservation, now: MonotonicInstant) -> ScalingDecision {
        self.takeInFirstRequest(observation, now)
        let stable = self.average(of: self.stable, at: now)
        let panic = self.average(of: self.panic, at: now)
        let verdict = self.decider.decide(stable: stable, panic: panic, ready: observation.ready, now: now)
        var decision = ScalingDecision(configuration: self.configuration, observation: observation)
        decision.previousReplicas = self.applied
        decision.stableValue = stable
        decision.panicValue = panic
        decision.take(verdict)
        self.apply(verdict, observation.ready ?? 0, to: &decision, now)
        return decision
    }

    /// What `RevisionScaler.quietSpell` tells, for replicas and settings for which there is something to tell.
    func quietSpell(_ replicas: Int, mostLoad: Double, _ now: MonotonicInstant) -> QuietSpell? {
        guard self.decider.isCalm, self.activity.state == .active, self.applied == replicas else { return nil }
        guard self.hasReachedInitialScale, self.configuration.panicWindowSeconds <= self.stable.seconds else {
            return nil
        }
        // With nothing in the windows above what these replicas carry, no average asks for more.
        guard self.stable.highest <= mostLoad, self.panic.highest <= mostLoad else { return nil }
        guard self.configuration.minScale < 1, self.configuration.enableScaleToZero else {
            return QuietSpell(until: nil, mostLoad: mostLoad)
        }
        // An average is rounded to six decimals: what a window full of seconds has left of that is above zero for sure.
        let least = 2e-6 * Double(self.stable.seconds)
        guard let last = self.stable.newest(atLeast: least), now.wholeSeconds - last < Int64(self.stable.seconds) else {
            return nil
        }
        return QuietSpell(
            until: MonotonicInstant(wholeSeconds: last + Int64(self.stable.seconds)),
            mostLoad: mostLoad
        )
    }

    mutating func reconfigure(_ configuration: ScalingConfiguration) {
        if configuration.metric != self.configuration.metric {
            self.stable = KnativeWindow(seconds: configuration.stableWindowSeconds)
            self.panic = KnativeWindow(seconds: configuration.panicWindowSeconds)
        }
        self.stable.resize(to: configuration.stableWindowSeconds)
        self.panic.resize(to: configuration.panicWindowSeconds)
        self.decider.configuration = configuration
        self.configuration = configuration
    }

    /// Bounds, the way to zero, and what both mean for the revision's activity.
    private mutating func apply(
        _ verdict: KnativeDecider.Verdict,
        _ ready: Int,
        to decision: inout ScalingDecision,
        _ now: MonotonicInstant
    ) {
        let outcome = ScaleToZeroMachine(configuration: self.configuration).outcome(
            desired: verdict.desired,
            activity: self.activity,
            path: .init(probe: .answered, proxyingSince: self.proxyingSince),
            hasReachedInitialScale: self.hasReachedInitialScale,
            now: now
        )
        self.activity.update(wanted: outcome.scale, ready: ready, needed: self.neededToBeActive, at: now)
        if ready >= self.configuration.scaleToBegin { self.hasReachedInitialScale = true }
        let servesDirectly = (outcome.scale ?? 0) > 0 && verdict.excessBurstCapacity >= 0
        self.proxyingSince = servesDirectly ? nil : self.proxyingSince ?? now

        decision.limitSet.formUnion(outcome.limits)
        if outcome.applies { self.applied = outcome.scale }
        // A zero that waits for its time leaves the scale as it is.
        decision.desiredReplicas = outcome.applies ? outcome.scale : outcome.scale == nil ? nil : self.applied
        let isQuiet =
            decision.desiredReplicas == 0 && (decision.stableValue ?? 0) == 0 && (decision.panicValue ?? 0) == 0
            && decision.waitingRequests + decision.inFlightRequests == 0
        let recheck = min(Self.tickSeconds, outcome.recheckAfterSeconds ?? Self.tickSeconds)
        decision.recheckAfterSeconds = isQuiet ? nil : recheck
    }

    private var neededToBeActive: Int {
        self.hasReachedInitialScale ? max(self.configuration.minScale, 1) : self.configuration.scaleToBegin
    }

    /// An activator tells Knative of the first request for a revision at zero at once, as a concurrency of one.
    private mutating func takeInFirstRequest(_ observation: ReplicaObservation, _ now: MonotonicInstant) {
        guard observation.waitingRequests > 0, observation.ready == 0 else { return }
        guard self.panic.isEmpty(at: now.wholeSeconds) || self.average(of: self.panic, at: now) == 0 else { return }
        self.record(LoadSample(averageConcurrency: 1, requestsPerSecond: 1), at: now)
    }

    /// `nil` when there is no data, which only a revision whose replicas are asked for their load can lack.
    private func average(of window: KnativeWindow, at now: MonotonicInstant) -> Double? {
        let isAsked = self.configuration.targetBurstCapacity != -1
        guard !isAsked || !window.isEmpty(at: now.wholeSeconds) else { return nil }
        return window.average(at: now.wholeSeconds, self.configuration.aggregation)
    }
}
