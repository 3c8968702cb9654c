import StructuredData
import Timekeeping

/// Plays one trace through one policy, averages taken as recorded.
struct ReplayPlayer: Sequence, IteratorProtocol {
    /// Slots and windows are counted from the same origin as where the golden traces were recorded.
    private static let start = MonotonicInstant(wholeSeconds: 1_700_000_000)

    private let trace: ReplayTrace
    private let configuration: ScalingConfiguration
    private var position = 0
    private var knative: KnativeDecider
    private var pilotlight: PilotlightDecider
    private var trail: ShortWindowTrail
    private var lastLoaded: MonotonicInstant?
    private var starts: RecordedStarts

    init(_ trace: ReplayTrace, policy: ScalingPolicyName) {
        self.trace = trace
        var configuration = trace.configuration
        configuration.policy = policy
        self.configuration = configuration
        self.knative = KnativeDecider(
            configuration: configuration,
            now: Self.start,
            readyReplicas: trace.readyAtStart
        )
        self.pilotlight = PilotlightDecider(
            configuration: configuration,
            now: Self.start,
            hasReachedInitialScale: true
        )
        self.trail = ShortWindowTrail(
            peakSeconds: configuration.stableWindowSeconds,
            lowSeconds: configuration.shortWindowSeconds
        )
        self.starts = RecordedStarts(readyAtStart: trace.readyAtStart)
        self.trail.recordNeed(
            Double(trace.readyAtStart) * configuration.target,
            second: Self.start.wholeSeconds
        )
    }

    mutating func next() -> ReplayOutcome? {
        guard self.trace.steps.indices.contains(self.position) else { return nil }
        let step = self.trace.steps[self.position]
        defer { self.position += 1 }
        let now = Self.start.advanced(bySeconds: step.seconds)
        self.starts.observe(ready: step.ready)
        var observation = step.observation(from: Self.start)
        if observation.startingSince.isEmpty { observation.startingSince = self.starts.since }
        defer { self.starts.decided(step.expectedDesired, at: now) }
        let decision =
            self.configuration.policy == .knative
            ? self.knativeDecision(step, observation, now) : self.pilotlightDecision(step, observation, now)
        return ReplayOutcome(trace: self.trace.label, index: self.position, step: step, decision: decision)
    }

    private mutating func knativeDecision(
        _ step: ReplayStep,
        _ observation: ReplicaObservation,
        _ now: MonotonicInstant
    ) -> ScalingDecision {
        let verdict = self.knative.decide(stable: step.stable, panic: step.panic, ready: step.ready, now: now)
        var decision = ScalingDecision(configuration: self.configuration, observation: observation)
        decision.stableValue = step.stable
        decision.panicValue = step.panic
        decision.take(verdict)
        decision.desiredReplicas = verdict.desired
        return decision
    }

    private mutating func pilotlightDecision(
        _ step: ReplayStep,
        _ observation: ReplicaObservation,
        _ now: MonotonicInstant
    ) -> ScalingDecision {
        guard let stable = step.stable, let short = step.panic else {
            return self.pilotlight.decide(observation, nil, trail: &self.trail, now: now)
        }
        self.trail.record(short, second: now.wholeSeconds)
        if short > 0 { self.lastLoaded = now }
        let reading = LoadReading(stable: stable, short: short, lastLoaded: self.lastLoaded)
        return self.pilotlight.decide(observation, reading, trail: &self.trail, now: now)
    }
}
