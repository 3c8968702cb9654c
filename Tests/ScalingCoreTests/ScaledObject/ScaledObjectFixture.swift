import ScalingCore
import Timekeeping

/// A ScaledObject with one trigger, driven second by second.
struct ScaledObjectHarness {
    var scaler: ScaledObjectScaler
    /// What the cluster does: the scale as written, and how many of it are ready.
    var scale: Int
    var ready: Int
    var now: MonotonicInstant

    init(_ configuration: ScaledObjectConfiguration, scale: Int = 0, at seconds: Double = 0) {
        self.now = .seconds(seconds)
        self.scale = scale
        self.ready = scale
        self.scaler = ScaledObjectScaler(configuration: configuration, now: self.now, currentReplicas: scale)
    }

    static func queue(_ value: Double, target: Double = 10, isActive: Bool? = nil) -> TriggerReading {
        TriggerReading(
            metrics: [.init(name: "queue", value: value, target: target)],
            isActive: isActive ?? (value > 0)
        )
    }

    mutating func read(_ value: Double, target: Double = 10, isActive: Bool? = nil, trigger: Int = 0) {
        self.scaler.record(Self.queue(value, target: target, isActive: isActive), trigger: trigger, at: self.now)
    }

    mutating func fail(_ trigger: Int = 0, _ sentence: String = "the broker does not answer") {
        self.scaler.recordFailure(sentence, trigger: trigger, at: self.now)
    }

    mutating func advance(_ seconds: Double) { self.now = .seconds(self.now.seconds(since: .zero) + seconds) }

    mutating func decide() -> ScaledObjectDecision {
        let starting = Array(repeating: self.now, count: max(0, self.scale - self.ready))
        let observation = ReplicaObservation(ready: self.ready, startingSince: starting, requested: self.scale)
        return self.scaler.decide(observation, now: self.now)
    }

    /// Decides, and the cluster follows at once.
    @discardableResult
    mutating func follow() -> ScaledObjectDecision {
        let decision = self.decide()
        self.scale = decision.desiredReplicas ?? self.scale
        self.ready = self.scale
        return decision
    }
}

extension ScaledObjectConfiguration {
    /// One Kafka trigger, and whatever else is said.
    static func oneTrigger(_ change: (inout ScaledObjectConfiguration) -> Void = { _ in }) -> ScaledObjectConfiguration
    {
        var configuration = ScaledObjectConfiguration(triggers: [TriggerConfiguration(type: "kafka", name: "lag")])
        change(&configuration)
        return configuration
    }
}
