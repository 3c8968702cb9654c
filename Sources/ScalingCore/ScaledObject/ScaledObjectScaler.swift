public import Timekeeping

/// Decides how many replicas the target of one ScaledObject should have: from zero to many and back in one loop.
///
/// A value: it has no clock and reads nothing. Whoever owns it polls the triggers, hands in what they said, and asks.
///
/// ```swift
/// var scaler = ScaledObjectScaler(configuration: .init(triggers: [.init(type: "kafka")]), now: .zero, currentReplicas: 0)
/// let lag = TriggerReading(metrics: [.init(name: "lag", value: 4000, target: 500)], isActive: true)
/// scaler.record(lag, trigger: 0, at: .seconds(1))
/// scaler.decide(.init(ready: 0, requested: 0), now: .seconds(1)).desiredReplicas  // 8, at once
/// ```
public struct ScaledObjectScaler: Sendable, Equatable {
    public private(set) var configuration: ScaledObjectConfiguration
    var triggers: [TriggerState]
    var recommendations = RecommendationWindow()
    var events = ScaleEvents()
    /// When something was last active; `nil` when that never was.
    public internal(set) var lastActive: MonotonicInstant?
    let created: MonotonicInstant
    /// The last scale that was seen.
    var lastScale: Int?
    /// What was last decided and not there yet, and since when.
    var ordered: Order?
    private var lastHeard: MonotonicInstant?
    private var lastMove: MonotonicInstant?
    /// Whether the last decision left something to come: a larger scale, replicas that start.
    private var isUnderWay = false

    struct Order: Sendable, Equatable {
        var replicas: Int
        var at: MonotonicInstant
    }

    /// - Parameters:
    ///   - currentReplicas: The scale as it is written; 0 when it is not known.
    ///   - created: When the object was created, for the initial cooldown; `nil` for now.
    ///   - lastActive: When something was last active, as far as an earlier life of the autoscaler knew.
    public init(
        configuration: ScaledObjectConfiguration,
        now: MonotonicInstant,
        currentReplicas: Int,
        created: MonotonicInstant? = nil,
        lastActive: MonotonicInstant? = nil
    ) {
        self.configuration = configuration
        self.triggers = configuration.triggers.map { _ in TriggerState() }
        self.created = created ?? now
        self.lastActive = lastActive
        self.lastScale = currentReplicas
        // What is there was wanted by somebody: a restart takes nothing away before the window has passed.
        if currentReplicas > 0 { self.recommendations.record(currentReplicas, at: now) }
    }

    /// Takes in what a trigger found.
    public mutating func record(_ reading: TriggerReading, trigger: Int, at now: MonotonicInstant) {
        guard self.triggers.indices.contains(trigger) else { return }
        if let sentence = Self.nonsense(in: reading) {
            return self.recordFailure(sentence, trigger: trigger, at: now)
        }
        self.heard(at: now)
        if self.triggers[trigger].record(reading, at: now) { self.lastMove = now }
    }

    /// A trigger could not be read, which is not zero.
    public mutating func recordFailure(_ sentence: String, trigger: Int, at now: MonotonicInstant) {
        guard self.triggers.indices.contains(trigger) else { return }
        self.heard(at: now)
        let interval = self.configuration.pollingIntervalSeconds
        self.triggers[trigger].recordFailure(sentence, interval: interval, at: now)
    }

    /// A source said by itself whether it has work: yes counts at once, no is left to the next look.
    public mutating func activated(_ isActive: Bool, trigger: Int, at now: MonotonicInstant) {
        guard isActive, self.triggers.indices.contains(trigger) else { return }
        self.triggers[trigger].push()
        self.lastMove = now
    }

    /// Decides; may be called at any time.
    ///
    /// A second call with the same arguments gives the same answer as the first.
    public mutating func decide(_ observation: ReplicaObservation, now: MonotonicInstant) -> ScaledObjectDecision {
        let decision = self.decision(for: observation, now: now)
        let desired = decision.desiredReplicas ?? decision.currentReplicas
        if let desired, desired != decision.currentReplicas, desired != self.ordered?.replicas {
            self.ordered = Order(replicas: desired, at: now)
        }
        // What goes needs no hurry, and may be kept by somebody else's demand.
        self.isUnderWay =
            (desired ?? 0) > (decision.currentReplicas ?? 0) || decision.startingReplicas > 0
            || (decision.isActive && decision.readyReplicas == 0)
        return decision
    }

    /// When to look at the triggers again: often while something moves, waits or changes, rarely in quiet.
    public func nextPoll(now: MonotonicInstant) -> MonotonicInstant {
        guard let lastHeard else { return now }
        return lastHeard.advanced(by: .nanoseconds(Int64(self.pollSeconds(now: now) * 1e9)))
    }

    /// Takes over changed settings; what is known of triggers that stay what they are stays known.
    public mutating func reconfigure(_ configuration: ScaledObjectConfiguration, now: MonotonicInstant) {
        guard configuration != self.configuration else { return }
        let before = self.configuration.triggers
        self.triggers = configuration.triggers.enumerated().map { index, trigger in
            before.indices.contains(index) && before[index] == trigger ? self.triggers[index] : TriggerState()
        }
        if configuration.triggers != before { self.lastHeard = nil }
        self.configuration = configuration
    }

    private mutating func heard(at now: MonotonicInstant) {
        self.lastHeard = max(self.lastHeard ?? now, now)
    }

    private func pollSeconds(now: MonotonicInstant) -> Double {
        let pace = self.configuration.pace
        let interval = self.configuration.pollingIntervalSeconds
        guard !self.configuration.pause.isFrozen else { return interval }
        let quiet = pace.seconds(isBusy: false, pollingInterval: interval)
        let busy = pace.seconds(isBusy: true, pollingInterval: interval)
        let hasMoved = self.lastMove.map { now.seconds(since: $0) < pace.settleSeconds } ?? false
        if hasMoved || self.isUnderWay { return busy }
        // A source in trouble is asked again soon at first, then ever more rarely.
        let attempts = self.triggers.map(\.attempts).max() ?? 0
        return attempts > 0 ? min(quiet, busy * Double(1 << min(attempts - 1, 10))) : quiet
    }

    /// What makes a reading useless, as a sentence; `nil` when nothing does.
    private static func nonsense(in reading: TriggerReading) -> String? {
        for metric in reading.metrics where !metric.value.isFinite {
            return "the metric '\(metric.name)' is no number"
        }
        for metric in reading.metrics where !(metric.target.isFinite && metric.target > 0) {
            return "the metric '\(metric.name)' has the target \(metric.target), which must be above zero"
        }
        guard reading.metrics.isEmpty, reading.samples == nil else { return nil }
        return "the trigger gave no metric"
    }
}
