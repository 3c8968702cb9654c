import Timekeeping

/// Knative's decider: one tick from averages and ready replicas to a number of replicas.
///
/// Bounds and the way to zero are not its business; see `ReplicaBounds` and `ScaleToZeroMachine`.
struct KnativeDecider: Sendable, Equatable {
    /// What one tick found.
    struct Verdict: Sendable, Equatable {
        /// `nil`: the load or the replicas are not known.
        var desired: Int?
        /// Replicas that the load alone asks for, rates and panic aside.
        var wanted: Int?
        var driver = ScalingDecision.Driver.stableWindow
        var excessBurstCapacity: Int
        var isPanicking: Bool
        var limits: LimitSet
    }

    private static let delaySlotSeconds: Int64 = 2

    var configuration: ScalingConfiguration
    /// When panic was last entered or extended; `nil` while there is none.
    private(set) var panicTime: MonotonicInstant?
    private(set) var maxPanicReplicas: Int
    /// As long as the delay was at creation: a later change of the setting has no effect, which is Knative's way.
    private var delay: MaximumWindow?
    private var excessBurstCapacity: Int

    init(configuration: ScalingConfiguration, now: MonotonicInstant, readyReplicas: Int) {
        self.configuration = configuration
        self.panicTime = readyReplicas > 1 ? now : nil
        self.maxPanicReplicas = readyReplicas
        if configuration.scaleDownDelaySeconds > 0 {
            let slots = (configuration.scaleDownDelaySeconds / Double(Self.delaySlotSeconds)).rounded(.up)
            self.delay = MaximumWindow(length: max(1, ReplicaCount.saturating(slots)))
        }
        self.excessBurstCapacity = configuration.initialExcessBurstCapacity
    }

    /// - Parameters:
    ///   - stable: Average over the stable window, `nil` when there is no data.
    ///   - panic: Average over the panic window, `nil` when there is no data.
    ///   - ready: Ready replicas, 0 when there are none, `nil` when they cannot be counted.
    mutating func decide(stable: Double?, panic: Double?, ready: Int?, now: MonotonicInstant) -> Verdict {
        guard let ready else { return self.hold(.unknownReplicas) }
        guard let stable, let panic else { return self.hold(.unknownLoad) }

        let base = max(1, ready)
        let stableWanted = ReplicaCount.needed(for: stable, target: self.configuration.target)
        let panicWanted = ReplicaCount.needed(for: panic, target: self.configuration.target)
        var limits = LimitSet()
        var panicLimits = LimitSet()
        let stableDesired = self.rated(stableWanted, base: base, limits: &limits)
        let panicDesired = self.rated(panicWanted, base: base, limits: &panicLimits)
        self.updatePanic(wanted: panicWanted, base, now)

        var desired = stableDesired
        if self.panicTime != nil {
            if panicDesired > stableDesired { limits = panicLimits }
            self.maxPanicReplicas = max(self.maxPanicReplicas, stableDesired, panicDesired)
            desired = self.maxPanicReplicas
            if desired > stableDesired { limits.insert(.panic) }
        }
        desired = self.delayed(desired, &limits, now)
        self.excessBurstCapacity = ReplicaCount.excessBurst(
            ready: ready,
            total: self.configuration.total,
            burst: self.configuration.targetBurstCapacity,
            load: panic
        )
        let isPanicDriven = self.panicTime != nil && panicWanted > stableWanted
        return Verdict(
            desired: desired,
            wanted: isPanicDriven ? panicWanted : stableWanted,
            driver: isPanicDriven ? .panicWindow : .stableWindow,
            excessBurstCapacity: self.excessBurstCapacity,
            isPanicking: self.panicTime != nil,
            limits: limits
        )
    }

    /// Whether neither panic nor a delay holds anything up.
    var isCalm: Bool { self.panicTime == nil && self.delay == nil }

    /// The maximum over the scale-down delay.
    private mutating func delayed(_ desired: Int, _ limits: inout LimitSet, _ now: MonotonicInstant) -> Int {
        guard self.configuration.isReachable, self.delay != nil else { return desired }
        let slot = now.slot(seconds: Self.delaySlotSeconds)
        self.delay?.record(Int64(desired), slot: slot)
        let delayed = self.delay?.maximum(at: slot).map(Int.init) ?? desired
        if delayed > desired { limits.insert(.scaleDownDelay) }
        return delayed
    }

    /// What of `wanted` is within what the rates and the activation scale allow.
    private func rated(_ wanted: Int, base: Int, limits: inout LimitSet) -> Int {
        let most = ReplicaCount.saturating((self.configuration.maxScaleUpRate * Double(base)).rounded(.up))
        let least =
            self.configuration.isReachable
            ? ReplicaCount.saturating((Double(base) / self.configuration.maxScaleDownRate).rounded(.down)) : 0
        var rated = wanted
        if rated < least {
            rated = least
            limits.insert(.maxScaleDownRate)
        }
        if rated > most {
            rated = most
            limits.insert(.maxScaleUpRate)
        }
        // Above the rate as well: an activation scale is reached at once or not at all.
        if self.configuration.activationScale > 1, wanted > 0, rated < self.configuration.activationScale {
            rated = self.configuration.activationScale
            limits.insert(.activationScale)
        }
        return rated
    }

    /// The trigger looks at raw demand, so that a rate cannot hide a burst.
    private mutating func updatePanic(wanted: Int, _ base: Int, _ now: MonotonicInstant) {
        if Double(wanted) / Double(base) >= self.configuration.panicThreshold {
            self.panicTime = now
        } else if let panicTime {
            let window = Int64(self.configuration.stableWindowSeconds) * 1_000_000_000
            guard panicTime.advanced(byNanoseconds: window) < now else { return }
            self.panicTime = nil
            self.maxPanicReplicas = 0
        }
    }

    private func hold(_ limit: ScalingLimit) -> Verdict {
        Verdict(
            desired: nil,
            excessBurstCapacity: self.excessBurstCapacity,
            isPanicking: self.panicTime != nil,
            limits: [limit]
        )
    }
}

extension ScalingDecision {
    /// Takes over what the decider found, which is not yet the scale to apply.
    mutating func take(_ verdict: KnativeDecider.Verdict) {
        self.wantedReplicas = verdict.wanted
        self.driver = verdict.driver
        self.excessBurstCapacity = verdict.excessBurstCapacity
        self.isPanicking = verdict.isPanicking
        self.limitSet = verdict.limits
    }
}
