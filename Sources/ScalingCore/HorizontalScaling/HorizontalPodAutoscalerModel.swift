public import Timekeeping

/// Kubernetes's HorizontalPodAutoscaler, as version 1.36 computes: for those who migrate, and the yardstick.
///
/// Asked every 15 seconds, it gives what the controller would write.
public struct HorizontalPodAutoscalerModel: Sendable, Equatable {
    /// How often the controller looks, in seconds.
    public static let syncSeconds = 15.0

    /// What one entry of `metrics` says at one look; `nil` where it could not be read.
    public enum Metric: Sendable, Equatable {
        /// `AverageValue` of an object or external metric: the total.
        case average(Double?, target: Double)
        /// `Value` of an object or external metric.
        case value(Double?, target: Double)
        /// A resource or pods metric, with the replicas that count.
        case replicas([ResourceProposal.Replica], target: ResourceProposal.Target)
    }

    public var minReplicas: Int
    public var maxReplicas: Int
    /// `nil` for the older rules that hold without one.
    public var behavior: ScalingBehavior?
    private var recommendations = RecommendationWindow()
    private var events = ScaleEvents()

    public init(minReplicas: Int = 1, maxReplicas: Int, behavior: ScalingBehavior? = nil) {
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        self.behavior = behavior
    }

    /// One look.
    ///
    /// - Parameters:
    ///   - current: The scale as it is written.
    ///   - existing: Pods there are; `nil` for as many as are written.
    ///   - ready: Pods that are ready.
    /// - Returns: The scale to write; `current` when nothing changes.
    public mutating func reconcile(
        _ metrics: [Metric],
        current: Int,
        existing: Int? = nil,
        ready: Int,
        now: MonotonicInstant
    ) -> Int {
        if self.recommendations.isEmpty { self.recommendations.record(current, at: now) }
        let desired: Int
        if current == 0, self.minReplicas != 0 {
            return current
        } else if current > self.maxReplicas {
            desired = self.maxReplicas
        } else if current < self.minReplicas {
            desired = self.minReplicas
        } else {
            let wanted = self.proposal(metrics, current: current, existing: existing ?? current, ready: ready)
            guard let wanted else { return current }
            desired = self.normalized(wanted, current: current, now: now)
        }
        // Events are kept for behaviours only.
        if self.behavior != nil { self.events.record(change: desired - current, at: now) }
        return desired
    }

    /// The scale changed by other hands than this one's, which a behaviour counts nevertheless.
    ///
    /// For replays of a known history; the controller itself sees only its own changes.
    public mutating func recordChange(_ change: Int, at now: MonotonicInstant) {
        self.events.record(change: change, at: now)
    }

    /// A recommendation of an earlier look, for replays of a known history.
    public mutating func recordRecommendation(_ replicas: Int, at now: MonotonicInstant) {
        self.recommendations.record(replicas, at: now)
    }

    // MARK: Metrics

    /// The largest of what the metrics ask for, or `nil` to leave everything as it is.
    private func proposal(_ metrics: [Metric], current: Int, existing: Int, ready: Int) -> Int? {
        let proposals = metrics.map { self.proposal($0, current: current, existing: existing, ready: ready) }
        guard let largest = proposals.compactMap(\.self).max() else { return nil }
        // While something is not known nothing is taken away.
        if proposals.contains(nil), largest < current { return nil }
        return largest
    }

    private func proposal(_ metric: Metric, current: Int, existing: Int, ready: Int) -> Int? {
        let filled = self.behavior
        let tolerance = MetricProposal.Tolerance(
            upward: filled?.scaleUp.tolerance ?? ScalingBehavior.defaultTolerance,
            downward: filled?.scaleDown.tolerance ?? ScalingBehavior.defaultTolerance
        )
        switch metric {
        case .average(let value, let target):
            return value.map {
                MetricProposal.average($0, target: target, current: existing, tolerance: tolerance).replicas
            }
        case .value(let value, let target):
            return value.map {
                MetricProposal.kubernetesValue(
                    $0,
                    target: target,
                    current: current,
                    ready: ready,
                    tolerance: tolerance
                ).replicas
            }
        case .replicas(let replicas, let target):
            return ResourceProposal.replicas(replicas, target: target, current: current, tolerance: tolerance)?.replicas
        }
    }

    // MARK: Limits

    private mutating func normalized(_ wanted: Int, current: Int, now: MonotonicInstant) -> Int {
        guard let behavior = self.behavior?.filledIn else {
            return self.normalizedWithoutBehavior(wanted, current, now)
        }
        let up = behavior.scaleUp.stabilizationWindowSeconds ?? 0
        let down = behavior.scaleDown.stabilizationWindowSeconds ?? 0
        let lowest = min(wanted, self.recommendations.lowest(within: up, now: now) ?? wanted)
        let highest = max(wanted, self.recommendations.highest(within: down, now: now) ?? wanted)
        self.recommendations.record(wanted, at: now)
        let stable = current < lowest ? lowest : current > highest ? highest : current
        if stable > current {
            let limit = behavior.scaleUp.upwardLimit(current: current, events: self.events, now: now)
            return min(stable, self.maxReplicas, limit)
        }
        if stable < current {
            let limit = behavior.scaleDown.downwardLimit(current: current, events: self.events, now: now)
            return max(stable, self.minReplicas, limit)
        }
        return stable
    }

    private mutating func normalizedWithoutBehavior(_ wanted: Int, _ current: Int, _ now: MonotonicInstant) -> Int {
        // Here, and only here, a recommendation as old as the window still counts.
        let window = ScalingBehavior.defaultDownwardWindowSeconds.nextUp
        let stable = max(wanted, self.recommendations.highest(within: window, now: now) ?? wanted)
        self.recommendations.record(wanted, at: now)
        let most = min(self.maxReplicas, max(2 * current, 4))
        return max(self.minReplicas, min(stable, most))
    }
}
