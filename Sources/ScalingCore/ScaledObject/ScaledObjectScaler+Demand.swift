import Timekeeping

/// What there is at the moment of a decision.
struct ScaleStock: Sendable {
    /// The scale as it is written.
    var current: Int
    var ready: Int
    var starting: Int
    var now: MonotonicInstant
}

extension ScaledObjectScaler {
    typealias Demand = ScaledObjectDecision.Demand

    /// What every trigger asks for, or the formula over them and the resource triggers beside it.
    func demands(_ stock: ScaleStock) -> [Demand] {
        var demands: [Demand] = []
        for (index, trigger) in self.configuration.triggers.enumerated() {
            if trigger.isResource {
                demands.append(self.resourceDemand(index, trigger, stock))
            } else if self.configuration.modifiers == nil {
                demands += self.demands(index, trigger, stock)
            }
        }
        if let modifiers = self.configuration.modifiers { demands.append(self.demand(of: modifiers, stock)) }
        return demands
    }

    // MARK: One trigger

    /// How far a trigger can be relied on, and what went wrong with it.
    func standing(of index: Int, now: MonotonicInstant) -> (Demand.Standing, failure: String?) {
        let state = self.triggers[index]
        if let failure = state.failure, let fallback = self.configuration.fallback,
            !self.configuration.triggers[index].isResource, fallback.isDue(afterFailures: state.failures)
        {
            return (.fallback, failure)
        }
        guard state.reading != nil, let readAt = state.readAt else { return (.unknown, state.failure) }
        let age = now.seconds(since: readAt)
        guard age <= self.configuration.unknownAfterSeconds else {
            let silence = "nothing was heard of it for \(NumberText.of(age, digits: 0)) s"
            return (.unknown, state.failure ?? silence)
        }
        return state.failure.map { (.held, $0) } ?? (.known, nil)
    }

    private func demands(_ index: Int, _ trigger: TriggerConfiguration, _ stock: ScaleStock) -> [Demand] {
        let state = self.triggers[index]
        let (standing, failure) = self.standing(of: index, now: stock.now)
        let blank = Demand(
            trigger: index,
            label: trigger.label,
            metricType: trigger.metricType,
            isActive: state.isPushed,
            standing: standing,
            remark: failure
        )
        switch standing {
        case .fallback:
            return [self.fallen(blank, stock)]
        case .known, .held:
            guard let reading = state.reading, !reading.metrics.isEmpty else { return [blank] }
            return reading.metrics.map { metric in
                var demand = blank
                demand.metric = metric.name
                demand.isActive = state.isPushed || reading.isActive
                demand.remark = failure ?? reading.remark
                return self.filled(demand, value: metric.value, target: metric.target, stock)
            }
        case .unknown, .ignored:
            return [blank]
        }
    }

    func fallen(_ demand: Demand, _ stock: ScaleStock) -> Demand {
        var demand = demand
        demand.replicas = self.configuration.fallback?.replicas(current: stock.current)
        demand.standing = .fallback
        demand.isActive = demand.isActive || (demand.replicas ?? 0) > 0
        return demand
    }

    func filled(_ demand: Demand, value: Double, target: Double, _ stock: ScaleStock) -> Demand {
        var demand = demand
        demand.value = value
        demand.target = target
        switch demand.metricType {
        case .averageValue, .utilization:
            demand.replicas =
                MetricProposal.average(value, target: target, current: stock.current, tolerance: self.tolerance)
                .replicas
        case .value:
            let wanted = MetricProposal.value(
                value,
                target: target,
                current: stock.current,
                ready: stock.ready,
                tolerance: self.tolerance
            )
            demand.replicas = self.damped(wanted.replicas, stock)
        }
        return demand
    }

    /// A ratio says how far off the scale is, not what it should be, and it answers late: Kubernetes's own rate keeps it
    /// from running away where the author wrote none.
    private func damped(_ wanted: Int, _ stock: ScaleStock) -> Int {
        guard self.configuration.behavior?.scaleUp.policies.isEmpty ?? true else { return wanted }
        let rules = ScalingBehavior.Rules(policies: ScalingBehavior.defaultUpwardPolicies)
        return min(wanted, rules.upwardLimit(current: stock.current, events: self.events, floor: 1, now: stock.now))
    }

    /// As written, or a tenth that holds back no more than one replica.
    var tolerance: MetricProposal.Tolerance {
        let written = (self.configuration.behavior?.scaleUp.tolerance, self.configuration.behavior?.scaleDown.tolerance)
        return MetricProposal.Tolerance(
            upward: written.0 ?? ScalingBehavior.defaultTolerance,
            downward: written.1 ?? ScalingBehavior.defaultTolerance,
            mostReplicas: written == (nil, nil) ? 1 : nil
        )
    }

    // MARK: Resources

    private func resourceDemand(_ index: Int, _ trigger: TriggerConfiguration, _ stock: ScaleStock) -> Demand {
        let state = self.triggers[index]
        let (standing, failure) = self.standing(of: index, now: stock.now)
        var demand = Demand(
            trigger: index,
            label: trigger.label,
            metric: state.reading?.metrics.first?.name,
            metricType: trigger.metricType,
            isActive: false,
            standing: standing,
            remark: failure
        )
        // Without replicas there is nothing to measure, and nothing that one could be missing.
        guard stock.current > 0, stock.ready + stock.starting > 0 else {
            demand.standing = .ignored
            return demand
        }
        guard standing == .known || standing == .held, let reading = state.reading else { return demand }
        let samples = reading.samples ?? []
        let target = trigger.resourceTarget ?? reading.metrics.first?.target
        guard !samples.isEmpty, let target, target > 0 else {
            demand.standing = .unknown
            demand.remark = failure ?? "no replica's use is known"
            return demand
        }
        demand.target = target
        if trigger.metricType == .utilization, let without = samples.first(where: { ($0.request ?? 0) <= 0 }) {
            demand.standing = .unknown
            demand.remark = "the replica '\(without.replica)' requests nothing of which to take per cent"
            return demand
        }
        demand.value = Self.use(of: samples, trigger.metricType)
        demand.remark = failure ?? reading.remark
        demand.replicas = self.resourceReplicas(samples, trigger, target: target, stock)
        return demand
    }

    private static func use(
        of samples: [TriggerReading.ResourceSample],
        _ type: TriggerConfiguration.MetricType
    ) -> Double {
        let usage = samples.reduce(0) { $0 + $1.usage }
        guard type == .utilization else { return usage / Double(samples.count) }
        return 100 * usage / samples.reduce(0) { $0 + ($1.request ?? 0) }
    }

    private func resourceReplicas(
        _ samples: [TriggerReading.ResourceSample],
        _ trigger: TriggerConfiguration,
        target: Double,
        _ stock: ScaleStock
    ) -> Int? {
        typealias Replica = ResourceProposal.Replica
        var replicas = samples.map { Replica(usage: $0.usage, request: $0.request ?? 0) }
        let request = replicas.reduce(0) { $0 + $1.request } / Double(replicas.count)
        let missing = max(0, stock.ready - samples.count)
        replicas += Array(repeating: Replica(usage: nil, request: request), count: missing)
        let unready = max(0, stock.ready + stock.starting - max(samples.count, stock.ready))
        replicas += Array(repeating: Replica(usage: nil, request: request, isReady: false), count: unready)
        let proposal = ResourceProposal.replicas(
            replicas,
            target: trigger.metricType == .utilization ? .utilization(target) : .average(target),
            current: stock.current,
            tolerance: self.tolerance
        )
        return proposal.map { self.damped($0.replicas, stock) }
    }
}
