import Timekeeping

/// Policy `pilotlight`: from the load's history and the replicas there are and will be to a number of replicas.
///
/// The rules in brief; `docs/autoscaling.md` has them at length, with the numbers that speak for them:
/// - Grow to what the stable window needs, or to what the short window needed throughout its own length. In panic, when
///   the short window needs `panicThreshold` times the replicas ready *and starting* or more than they can take, grow to
///   what it needs now. Panic ends as soon as the load fits the replicas ready and starting.
/// - Never shrink below the short window's recent peak. What is recent depends on what a replica is worth: a ready one
///   is kept as long as starting another would take, a starting one half as long as it has been starting.
/// - From zero, grow to what the queue needs.
/// - To zero once the stable window and the retention period have passed without load.
/// - What is not known changes nothing.
struct PilotlightDecider: Sendable, Equatable {
    private(set) var configuration: ScalingConfiguration
    private(set) var startup: StartupEstimate
    private(set) var service = ServiceTimeEstimate()
    var isPanicking = false
    private var asked = AskedReplicas()
    private(set) var rates = RatePeriod()
    /// The last moment at which something other than reported load spoke against zero.
    private(set) var lastNeeded: MonotonicInstant
    private var hasReachedInitialScale: Bool
    private var delay: MaximumWindow?
    private var excessBurstCapacity: Int
    var keepAlive: KeepAlivePolicy?

    init(
        configuration: ScalingConfiguration,
        now: MonotonicInstant,
        hasReachedInitialScale: Bool,
        startup: StartupEstimate = StartupEstimate()
    ) {
        self.configuration = configuration
        self.lastNeeded = now
        self.startup = startup
        self.hasReachedInitialScale = hasReachedInitialScale
        self.excessBurstCapacity = configuration.initialExcessBurstCapacity
        self.keepAlive = configuration.keepAlive.map { KeepAlivePolicy($0) }
        self.resizeDelay()
    }

    mutating func reconfigure(_ configuration: ScalingConfiguration) {
        if configuration.keepAlive != self.configuration.keepAlive {
            self.keepAlive = configuration.keepAlive.map { KeepAlivePolicy($0) }
        }
        self.configuration = configuration
        self.resizeDelay()
    }

    mutating func replicaStarted(tookSeconds: Double) { self.startup.record(tookSeconds) }

    mutating func decide(
        _ observation: ReplicaObservation,
        _ reading: LoadReading?,
        trail: inout ShortWindowTrail,
        now: MonotonicInstant
    ) -> ScalingDecision {
        var decision = ScalingDecision(configuration: self.configuration, observation: observation)
        decision.previousReplicas = self.asked.before(now)
        decision.recheckAfterSeconds = RatePeriod.seconds
        decision.stableValue = reading?.stable
        decision.panicValue = reading?.short
        if let ready = observation.ready {
            let situation = self.situation(observation, ready, now)
            decision.startingCounted = situation.starting.count
            self.prepare(situation, reading, &trail)
            decision.desiredReplicas = self.bounded(
                self.unbounded(situation, reading, trail, &decision),
                situation,
                &decision
            )
            self.updateExcess(ready: ready, reading)
        } else {
            decision.limitSet = [.unknownReplicas]
        }
        decision.excessBurstCapacity = self.excessBurstCapacity
        decision.isPanicking = self.isPanicking
        if decision.desiredReplicas == 0, decision.waitingRequests + decision.inFlightRequests == 0 {
            decision.recheckAfterSeconds = decision.keepAlive?.changesInSeconds
        }
        return decision
    }

    /// Whether the last decision asked for so many, and the initial scale is behind.
    func isSettled(at replicas: Int) -> Bool {
        self.hasReachedInitialScale && self.delay == nil && self.asked.isLatest(replicas)
    }

    /// How long there must have been no load before the last replica may go; `nil`: it never goes.
    var idleNanosecondsBeforeZero: Int64? {
        guard self.configuration.minScale < 1, self.configuration.enableScaleToZero else { return nil }
        let seconds =
            Double(self.configuration.stableWindowSeconds) + self.configuration.scaleToZeroPodRetentionSeconds
        return Int64((min(seconds, 1e9) * 1e9).rounded(.down))
    }

    // MARK: Steps

    private func situation(
        _ observation: ReplicaObservation,
        _ ready: Int,
        _ now: MonotonicInstant
    ) -> Situation {
        var starting: [MonotonicInstant] = []
        if !observation.startingSince.isEmpty {
            let deadline = self.configuration.progressDeadlineSeconds
            starting = observation.startingSince.filter {
                self.startup.isPromising(ageSeconds: now.seconds(since: $0), deadlineSeconds: deadline)
            }
            starting.sort()
        }
        return Situation(
            now: now,
            ready: ready,
            starting: starting,
            current: self.asked.before(now) ?? ready + starting.count,
            waiting: observation.waitingRequests,
            queue: observation.waitingRequests + observation.inFlightRequests
        )
    }

    /// Brings everything up to date that a decision is measured against.
    private mutating func prepare(_ situation: Situation, _ reading: LoadReading?, _ trail: inout ShortWindowTrail) {
        if situation.ready >= self.configuration.scaleToBegin { self.hasReachedInitialScale = true }
        self.rates.advance(to: situation.now, current: situation.current, committed: situation.committed)
        if situation.queue > 0 || (situation.ready == 0 && !situation.starting.isEmpty) {
            self.lastNeeded = situation.now
        }
        if situation.ready == 0, situation.queue > 0 {
            trail.recordNeed(Double(situation.queue), second: situation.now.wholeSeconds)
        }
        if let reading {
            let drain = self.drainSeconds
            self.service.observe(
                waiting: situation.waiting,
                reading: reading,
                windowSeconds: self.configuration.shortWindowSeconds,
                patienceSeconds: 2 * drain + Double(self.configuration.shortWindowSeconds),
                at: situation.now
            )
        }
        // What runs while nobody knows the load counts as needed, and is let go like any other peak.
        self.observeLoad(situation, reading)
        if reading == nil, situation.current > 0 {
            self.lastNeeded = situation.now
            trail.recordNeed(
                Double(situation.current) * self.configuration.target,
                second: situation.now.wholeSeconds
            )
        }
    }

    /// The scale before bounds, or `nil` to leave it as it is.
    private mutating func unbounded(
        _ situation: Situation,
        _ reading: LoadReading?,
        _ trail: ShortWindowTrail,
        _ decision: inout ScalingDecision
    ) -> Int? {
        guard let reading else { return self.desiredWithoutLoad(situation, &decision) }
        let wanted = self.wanted(situation, reading, trail, &decision)
        decision.wantedReplicas = wanted
        var desired = wanted
        if wanted > situation.current {
            desired = self.grown(to: wanted, situation, &decision)
        } else if wanted < situation.current {
            desired = self.shrunk(to: wanted, situation, reading, trail, &decision)
        }
        if self.configuration.isReachable { desired = self.delayed(desired, situation, &decision) }
        return desired > 0 ? desired : self.zero(situation, reading, &decision)
    }

    /// The maximum over the scale-down delay.
    private mutating func delayed(_ desired: Int, _ situation: Situation, _ decision: inout ScalingDecision) -> Int {
        guard self.delay != nil else { return desired }
        self.delay?.record(Int64(desired), slot: situation.now.wholeSeconds)
        let delayed = self.delay?.maximum(at: situation.now.wholeSeconds).map(Int.init) ?? desired
        if delayed > desired { decision.limitSet.insert(.scaleDownDelay) }
        return delayed
    }

    private mutating func bounded(_ desired: Int?, _ situation: Situation, _ decision: inout ScalingDecision) -> Int? {
        let bounds = ReplicaBounds(self.configuration, hasReachedInitialScale: self.hasReachedInitialScale)
        guard var desired else {
            // Bounds hold whatever the load is; all else waits until it is known, and so does what was asked for last.
            let clamped = bounds.clamped(situation.current, limits: &decision.limitSet)
            return clamped == situation.current ? nil : clamped
        }
        defer { self.asked.ask(for: desired, at: situation.now) }
        // One that only waits for zero is no activation.
        if desired > 0, desired < self.configuration.activationScale, decision.wantedReplicas ?? 0 > 0 {
            desired = self.configuration.activationScale
            decision.limitSet.insert(.activationScale)
        }
        desired = bounds.clamped(desired, limits: &decision.limitSet)
        return desired
    }

    private mutating func updateExcess(ready: Int, _ reading: LoadReading?) {
        guard let reading else { return }
        self.excessBurstCapacity = ReplicaCount.excessBurst(
            ready: ready,
            total: self.configuration.total,
            burst: self.configuration.targetBurstCapacity,
            load: reading.short
        )
    }

    private mutating func resizeDelay() {
        let slots = ReplicaCount.saturating(self.configuration.scaleDownDelaySeconds.rounded(.up))
        guard slots > 0 else {
            self.delay = nil
            return
        }
        if self.delay == nil { self.delay = MaximumWindow(length: slots) }
        self.delay?.resize(to: slots)
    }
}
