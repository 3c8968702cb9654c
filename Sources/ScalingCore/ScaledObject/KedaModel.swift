import Formulas
public import Timekeeping

/// KEDA 2.21 with Kubernetes's autoscaler behind it, its two loops apart as they are: for those who migrate, and the
/// yardstick.
///
/// `poll` every polling interval moves between zero and the first replicas, `sync` every 15 seconds does the rest. Each
/// asks the triggers for itself.
public struct KedaModel: Sendable, Equatable {
    public let configuration: ScaledObjectConfiguration
    private var autoscaler: HorizontalPodAutoscalerModel
    /// When something was last active; `nil` when that never was.
    public private(set) var lastActive: MonotonicInstant?
    private let created: MonotonicInstant
    /// Failures in a row by trigger; both loops count them.
    private var failures: [Int]
    public private(set) var nextPoll: MonotonicInstant
    public private(set) var nextSync: MonotonicInstant

    public init(
        configuration: ScaledObjectConfiguration,
        now: MonotonicInstant,
        lastActive: MonotonicInstant? = nil
    ) {
        self.configuration = configuration
        self.autoscaler = HorizontalPodAutoscalerModel(
            minReplicas: configuration.activeFloor,
            maxReplicas: configuration.maxReplicas,
            behavior: Self.behavior(of: configuration)
        )
        self.lastActive = lastActive
        self.created = now
        self.failures = configuration.triggers.map { _ in 0 }
        self.nextPoll = now
        self.nextSync = now
    }

    /// KEDA's own loop.
    ///
    /// - Parameters:
    ///   - readings: What each trigger says; `nil` where it failed.
    ///   - current: The scale as it is written.
    /// - Returns: The scale to write; `current` when nothing changes.
    public mutating func poll(_ readings: [TriggerReading?], current: Int, now: MonotonicInstant) -> Int {
        self.nextPoll = now.advanced(by: .nanoseconds(Int64(self.configuration.pollingIntervalSeconds * 1e9)))
        guard !self.configuration.pause.isFrozen else { return self.configuration.pause.replicas ?? current }
        self.count(readings)
        let sources = self.configuration.triggers.indices.filter { !self.configuration.triggers[$0].isResource }
        let isError = sources.contains { readings[$0] == nil }
        let isActive = self.isActive(readings, sources) || self.configuration.forcesActivation
        if isActive { return self.activated(isError: isError, current: current, now: now) }
        if isError { return current }
        return self.deactivated(current: current, now: now)
    }

    /// The autoscaler's loop.
    ///
    /// - Parameter ready: Pods that are ready.
    /// - Returns: The scale to write; `current` when nothing changes.
    public mutating func sync(
        _ readings: [TriggerReading?],
        current: Int,
        ready: Int,
        now: MonotonicInstant
    ) -> Int {
        self.nextSync = now.advanced(by: .nanoseconds(Int64(HorizontalPodAutoscalerModel.syncSeconds * 1e9)))
        guard !self.configuration.pause.isFrozen, current > 0 else { return current }
        self.count(readings)
        let metrics = self.metrics(readings, current: current, ready: ready)
        return self.autoscaler.reconcile(metrics, current: current, ready: ready, now: now)
    }

    // MARK: Zero and one

    private func isActive(_ readings: [TriggerReading?], _ sources: [Int]) -> Bool {
        // On processor and memory alone nothing ever rests.
        guard !sources.isEmpty else { return true }
        if sources.contains(where: { readings[$0] == nil && self.isFallbackDue($0) }) { return true }
        guard let modifiers = self.configuration.modifiers else {
            return sources.contains { readings[$0]?.isActive == true }
        }
        return (self.composite(modifiers, readings) ?? 0) > modifiers.activationTarget
    }

    private mutating func activated(isError: Bool, current: Int, now: MonotonicInstant) -> Int {
        let isBelow = self.configuration.idleReplicas != nil && current < self.configuration.minReplicas
        if current == 0 || isBelow {
            guard !self.configuration.pause.holdsScaleOut else { return current }
            self.lastActive = now
            return self.configuration.activeFloor
        }
        if !isError { self.lastActive = now }
        return current
    }

    private func deactivated(current: Int, now: MonotonicInstant) -> Int {
        let (least, idle) = (self.configuration.minReplicas, self.configuration.idleReplicas)
        let isAboveIdle = idle.map { current > $0 } ?? (least == 0 && current > 0)
        if isAboveIdle {
            guard self.isCooled(now), !self.configuration.pause.holdsScaleIn else { return current }
            return idle ?? 0
        }
        return idle == nil && current < least ? least : current
    }

    private func isCooled(_ now: MonotonicInstant) -> Bool {
        guard let lastActive else {
            return now.seconds(since: self.created) > self.configuration.initialCooldownSeconds
        }
        return now.seconds(since: lastActive) > self.configuration.cooldownSeconds
    }

    // MARK: Metrics

    private mutating func count(_ readings: [TriggerReading?]) {
        for (index, reading) in readings.enumerated() where self.failures.indices.contains(index) {
            self.failures[index] = reading == nil ? self.failures[index] + 1 : 0
        }
    }

    private func isFallbackDue(_ trigger: Int) -> Bool {
        self.configuration.fallback?.isDue(afterFailures: self.failures[trigger]) ?? false
    }

    private func metrics(
        _ readings: [TriggerReading?],
        current: Int,
        ready: Int
    ) -> [HorizontalPodAutoscalerModel.Metric] {
        var metrics: [HorizontalPodAutoscalerModel.Metric] = []
        for (index, trigger) in self.configuration.triggers.enumerated() {
            if trigger.isResource {
                metrics += Self.resourceMetric(trigger, readings[index])
            } else if self.configuration.modifiers == nil {
                metrics += self.metrics(of: index, trigger, readings[index], current: current, ready: ready)
            }
        }
        if let modifiers = self.configuration.modifiers {
            let isDue = self.configuration.triggers.indices.contains { readings[$0] == nil && self.isFallbackDue($0) }
            let value =
                isDue && self.configuration.fallback?.behavior != .modifiers
                ? self.fallbackMetric(modifiers.metricType, modifiers.target, current: current, ready: ready)
                : self.composite(modifiers, readings).map(Self.transported)
                    ?? (isDue
                        ? self.fallbackMetric(modifiers.metricType, modifiers.target, current: current, ready: ready)
                        : nil)
            metrics.append(Self.metric(modifiers.metricType, value, modifiers.target))
        }
        return metrics
    }

    private func metrics(
        of index: Int,
        _ trigger: TriggerConfiguration,
        _ reading: TriggerReading?,
        current: Int,
        ready: Int
    ) -> [HorizontalPodAutoscalerModel.Metric] {
        guard let reading else {
            guard self.isFallbackDue(index) else { return [Self.metric(trigger.metricType, nil, 1)] }
            let value = self.fallbackMetric(trigger.metricType, 1, current: current, ready: ready)
            return [Self.metric(trigger.metricType, value, 1)]
        }
        return reading.metrics.map { Self.metric(trigger.metricType, Self.transported($0.value), $0.target) }
    }

    /// The number that makes the autoscaler come to the fallback's replicas; `nil` when there is none.
    ///
    /// - Parameter target: The metric's own.
    public func fallbackMetric(
        _ type: TriggerConfiguration.MetricType,
        _ target: Double,
        current: Int,
        ready: Int
    ) -> Double? {
        guard let fallback = self.configuration.fallback else { return nil }
        let total = target * Double(fallback.replicas(current: current))
        guard type == .value else { return total }
        return ready > 0 ? total / Double(ready) : nil
    }

    private static func metric(
        _ type: TriggerConfiguration.MetricType,
        _ value: Double?,
        _ target: Double
    ) -> HorizontalPodAutoscalerModel.Metric {
        type == .value ? .value(value, target: target) : .average(value, target: target)
    }

    private static func resourceMetric(
        _ trigger: TriggerConfiguration,
        _ reading: TriggerReading?
    ) -> [HorizontalPodAutoscalerModel.Metric] {
        guard let target = trigger.resourceTarget ?? reading?.metrics.first?.target else {
            return [.average(nil, target: 1)]
        }
        let replicas = (reading?.samples ?? []).map {
            ResourceProposal.Replica(usage: $0.usage, request: $0.request ?? 0)
        }
        return [
            .replicas(replicas, target: trigger.metricType == .utilization ? .utilization(target) : .average(target))
        ]
    }

    private func composite(_ modifiers: ScalingModifiers, _ readings: [TriggerReading?]) -> Double? {
        var values: [String: Double?] = [:]
        for (index, trigger) in self.configuration.triggers.enumerated() {
            guard !trigger.isResource, let name = trigger.name else { continue }
            guard let reading = readings[index] else {
                let isNil = self.isFallbackDue(index) && self.configuration.fallback?.behavior == .modifiers
                if isNil { values[name] = .some(nil) }
                continue
            }
            for (number, metric) in reading.metrics.enumerated() {
                values[ScalingModifiers.valueName(name, number)] = metric.value
            }
        }
        return (try? modifiers.formula.value(of: values)) ?? nil
    }

    /// Three decimals, and zero for what is below it or no number: here an outage can become a zero.
    private static func transported(_ value: Double) -> Double {
        guard value.isFinite, value > 0 else { return 0 }
        return value < 1e15 ? (value * 1000).rounded(.towardZero) / 1000 : value
    }

    private static func behavior(of configuration: ScaledObjectConfiguration) -> ScalingBehavior? {
        let pause = configuration.pause
        guard pause.holdsScaleIn || pause.holdsScaleOut else { return configuration.behavior }
        var behavior = configuration.behavior ?? ScalingBehavior()
        if pause.holdsScaleIn { behavior.scaleDown.selection = .disabled }
        if pause.holdsScaleOut { behavior.scaleUp.selection = .disabled }
        return behavior
    }
}
