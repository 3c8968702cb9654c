import Timekeeping

extension ScaledObjectScaler {
    mutating func decision(for observation: ReplicaObservation, now: MonotonicInstant) -> ScaledObjectDecision {
        var decision = ScaledObjectDecision()
        decision.readyReplicas = observation.ready
        decision.startingReplicas = observation.startingSince.count
        decision.isPaused = self.configuration.pause.isFrozen
        let seen = observation.requested ?? observation.ready.map { $0 + observation.startingSince.count }
        decision.currentReplicas = seen
        if let seen { self.follow(seen, now: now) }
        let stock = ScaleStock(
            current: seen ?? self.lastScale ?? 0,
            ready: observation.ready ?? seen ?? self.lastScale ?? 0,
            starting: observation.startingSince.count,
            now: now
        )
        decision.demands = self.demands(stock)
        self.note(&decision, now: now)
        if decision.isActive { self.lastActive = max(self.lastActive ?? now, now) }
        if self.configuration.pause.isFrozen {
            decision.limit(by: .paused)
            decision.desiredReplicas = self.configuration.pause.replicas
            return decision
        }
        guard seen != nil else {
            decision.limit(by: .unknownReplicas)
            return decision
        }
        self.decideScale(&decision, stock)
        self.applyPause(&decision, stock)
        return decision
    }

    /// The scale was changed, by this decision's forerunner or by somebody else: what periods are counted from.
    private mutating func follow(_ scale: Int, now: MonotonicInstant) {
        if let before = self.lastScale, before != scale {
            // Periods count from the decision, not from when somebody saw what became of it.
            let isOurs = self.ordered?.replicas == scale
            self.events.record(change: scale - before, at: isOurs ? self.ordered?.at ?? now : now)
            self.ordered = nil
        }
        self.lastScale = scale
    }

    /// Sums up what the triggers say.
    private func note(_ decision: inout ScaledObjectDecision, now: MonotonicInstant) {
        let demands = decision.demands
        decision.wantedReplicas = demands.compactMap(\.replicas).max()
        decision.isFallback = demands.contains { $0.standing == .fallback }
        decision.failures = self.failures(demands, now: now)
        let lifts = self.configuration.triggers.allSatisfy(\.isResource)
        decision.isActive =
            lifts || self.configuration.forcesActivation || demands.contains { $0.isActive && $0.standing != .unknown }
            || self.triggers.contains { $0.isPushed }
        if self.configuration.forcesActivation { decision.limit(by: .forcedActivation) }
        if decision.isFallback { decision.limit(by: .fallback) }
        for (index, state) in self.triggers.enumerated() {
            guard let readAt = state.readAt, !self.configuration.triggers[index].isResource else { continue }
            // The moment at which a silent trigger stops to count.
            let rest = self.configuration.unknownAfterSeconds - now.seconds(since: readAt)
            if rest >= 0 { decision.recheck(after: rest + 0.001) }
        }
    }

    private func failures(_ demands: [Demand], now: MonotonicInstant) -> [ScaledObjectDecision.Failure] {
        var failures: [ScaledObjectDecision.Failure] = []
        for (index, trigger) in self.configuration.triggers.enumerated() {
            guard let sentence = self.standing(of: index, now: now).failure else { continue }
            failures.append(.init(trigger: index, label: trigger.label, sentence: sentence))
        }
        // What could be read and still not be used.
        for demand in demands where demand.standing == .unknown {
            guard let remark = demand.remark, !failures.contains(where: { $0.trigger == demand.trigger }) else {
                continue
            }
            guard demand.trigger != nil || failures.isEmpty else { continue }
            failures.append(.init(trigger: demand.trigger, label: demand.label, sentence: remark))
        }
        return failures
    }

    // MARK: The scale

    private mutating func decideScale(_ decision: inout ScaledObjectDecision, _ stock: ScaleStock) {
        let isUnknown = decision.demands.contains { $0.standing == .unknown || $0.standing == .held }
        let isSourceUnknown = decision.demands.contains { demand in
            let isResource = demand.trigger.map { self.configuration.triggers[$0].isResource } ?? false
            return !isResource && (demand.standing == .unknown || demand.standing == .held)
        }
        if decision.isActive {
            self.decideActive(&decision, isUnknown: isUnknown, stock)
        } else if isSourceUnknown {
            decision.limit(by: .unknownTrigger)
            let lifted = self.raisedToMinimum(stock.current)
            decision.desiredReplicas = lifted == stock.current ? nil : lifted
            if lifted != stock.current { decision.limit(by: .minReplicas) }
        } else {
            self.decideInactive(&decision, isUnknown: isUnknown, stock)
        }
    }

    /// The minimum holds whatever is known, except at rest.
    private func raisedToMinimum(_ current: Int) -> Int {
        self.configuration.idleReplicas == nil ? max(current, self.configuration.minReplicas) : current
    }

    private mutating func decideActive(_ decision: inout ScaledObjectDecision, isUnknown: Bool, _ stock: ScaleStock) {
        self.decideBetween(&decision, isUnknown: isUnknown, stock)
    }

    /// From the lowest active scale to the maximum: what Kubernetes's autoscaler does for KEDA.
    private mutating func decideBetween(_ decision: inout ScaledObjectDecision, isUnknown: Bool, _ stock: ScaleStock) {
        let floor = self.configuration.activeFloor
        guard var desired = decision.wantedReplicas else {
            // Active, and nobody says how much: a push, a forced activation.
            decision.limit(by: .unknownTrigger)
            self.clamp(&decision, max(stock.current, floor), floor)
            return
        }
        if isUnknown, desired < stock.current {
            decision.limit(by: .unknownTrigger)
            desired = stock.current
        }
        if desired == stock.current, self.isTolerated(decision) { decision.limit(by: .tolerance) }
        desired = self.stabilized(desired, &decision, stock)
        desired = self.rateLimited(desired, &decision, stock)
        self.clamp(&decision, desired, floor)
    }

    private func isTolerated(_ decision: ScaledObjectDecision) -> Bool {
        decision.demands.contains { demand in
            guard let value = demand.value, let target = demand.target, let replicas = demand.replicas,
                replicas == decision.wantedReplicas, demand.metricType == .averageValue
            else { return false }
            return ReplicaCount.saturating(MetricProposal.quotient(value, target).rounded(.up)) != replicas
        }
    }

    private func clamp(_ decision: inout ScaledObjectDecision, _ desired: Int, _ floor: Int) {
        let most = max(self.configuration.maxReplicas, 0)
        var clamped = desired
        if clamped < floor {
            clamped = floor
            if self.configuration.minReplicas > 0 || (decision.wantedReplicas ?? 0) > 0 {
                decision.limit(by: .minReplicas)
            }
        }
        if clamped > most {
            clamped = most
            decision.limit(by: .maxReplicas)
        }
        decision.desiredReplicas = clamped
    }

    private mutating func decideInactive(_ decision: inout ScaledObjectDecision, isUnknown: Bool, _ stock: ScaleStock) {
        let resting = self.configuration.restingReplicas
        let rests = self.configuration.idleReplicas != nil || self.configuration.minReplicas == 0
        guard rests else {
            self.decideBetween(&decision, isUnknown: isUnknown, stock)
            return
        }
        guard stock.current > resting else {
            decision.desiredReplicas = resting
            if self.configuration.idleReplicas != nil { decision.limit(by: .idle) }
            return
        }
        let remaining = self.cooldownRemaining(now: stock.now)
        guard remaining > 0 else {
            decision.desiredReplicas = resting
            if self.configuration.idleReplicas != nil { decision.limit(by: .idle) }
            return
        }
        self.decideBetween(&decision, isUnknown: isUnknown, stock)
        decision.limit(by: .cooldown)
        decision.cooldownRemainingSeconds = remaining
        decision.recheck(after: remaining)
    }

    /// Seconds until the scale may rest; none or fewer: now.
    private func cooldownRemaining(now: MonotonicInstant) -> Double {
        guard let lastActive else {
            return self.configuration.initialCooldownSeconds - now.seconds(since: self.created)
        }
        return self.configuration.cooldownSeconds - now.seconds(since: lastActive)
    }

    private func applyPause(_ decision: inout ScaledObjectDecision, _ stock: ScaleStock) {
        guard let desired = decision.desiredReplicas else { return }
        if desired < stock.current, self.configuration.pause.holdsScaleIn {
            decision.limit(by: .pausedScaleIn)
            decision.desiredReplicas = stock.current
        }
        if desired > stock.current, self.configuration.pause.holdsScaleOut {
            decision.limit(by: .pausedScaleOut)
            decision.desiredReplicas = stock.current
        }
    }

    // MARK: Behaviour

    private mutating func stabilized(
        _ desired: Int,
        _ decision: inout ScaledObjectDecision,
        _ stock: ScaleStock
    ) -> Int {
        let up = self.configuration.behavior?.scaleUp.stabilizationWindowSeconds ?? 0
        let down =
            self.configuration.behavior?.scaleDown.stabilizationWindowSeconds
            ?? ScalingBehavior.defaultDownwardWindowSeconds
        // The first replicas come at once, and only they when growth shall be wanted for a while.
        if stock.current == 0, up > 0 { self.recommendations.record(self.configuration.activeFloor, at: stock.now) }
        let lowest = min(desired, self.recommendations.lowest(within: up, now: stock.now) ?? desired)
        let highest = max(desired, self.recommendations.highest(within: down, now: stock.now) ?? desired)
        self.recommendations.record(desired, at: stock.now)
        if stock.current < lowest {
            if lowest < desired { self.wait(.upward, &decision, up, stock) }
            return lowest
        }
        if stock.current > highest {
            if highest > desired { self.wait(.downward, &decision, down, stock) }
            return highest
        }
        if stock.current < desired { self.wait(.upward, &decision, up, stock) }
        if stock.current > desired { self.wait(.downward, &decision, down, stock) }
        return stock.current
    }

    private func wait(
        _ direction: ScalingBehavior.Direction,
        _ decision: inout ScaledObjectDecision,
        _ window: Double,
        _ stock: ScaleStock
    ) {
        decision.limit(by: direction == .upward ? .scaleUpWindow : .scaleDownWindow)
        let release = self.recommendations.secondsUntilRelease(direction, within: window, now: stock.now)
        decision.recheck(after: release)
    }

    /// Only rates that the author wrote: what a backlog needs is no guess that has to be approached in steps.
    private func rateLimited(_ desired: Int, _ decision: inout ScaledObjectDecision, _ stock: ScaleStock) -> Int {
        guard let behavior = self.configuration.behavior else { return desired }
        if desired > stock.current {
            guard !behavior.scaleUp.policies.isEmpty || behavior.scaleUp.selection == .disabled else { return desired }
            let limit = behavior.scaleUp.upwardLimit(
                current: stock.current,
                events: self.events,
                floor: 1,
                now: stock.now
            )
            guard desired > limit else { return desired }
            decision.limit(by: .scaleUpRate)
            decision.recheck(after: behavior.scaleUp.secondsUntilRoom(events: self.events, now: stock.now))
            return limit
        }
        guard desired < stock.current else { return desired }
        let limit = behavior.scaleDown.downwardLimit(current: stock.current, events: self.events, now: stock.now)
        guard desired < limit else { return desired }
        decision.limit(by: .scaleDownRate)
        decision.recheck(after: behavior.scaleDown.secondsUntilRoom(events: self.events, now: stock.now))
        return limit
    }
}
