/// What a decision needs to know of a ScaledObject, every field resolved.
public struct ScaledObjectConfiguration: Sendable, Equatable {
    public var minReplicas: Int
    public var maxReplicas: Int
    /// Replicas while nothing is active; `nil`: the minimum, or zero.
    public var idleReplicas: Int?
    public var pollingIntervalSeconds: Double
    /// How long nothing must have been active before the scale becomes zero or idle.
    public var cooldownSeconds: Double
    /// The same before anything was ever active, from the creation on.
    public var initialCooldownSeconds: Double
    public var triggers: [TriggerConfiguration]
    public var fallback: ScalingFallback?
    public var modifiers: ScalingModifiers?
    /// `nil` when the author wrote none.
    public var behavior: ScalingBehavior?
    public var pause: ScalingPause
    /// Counts as active whatever the triggers say.
    public var forcesActivation: Bool
    public var pace: PollingPace
    /// How old a reading may be and still count when none follows it.
    public var unknownAfterSeconds: Double

    public init(
        minReplicas: Int = 0,
        maxReplicas: Int = 100,
        idleReplicas: Int? = nil,
        pollingIntervalSeconds: Double = 30,
        cooldownSeconds: Double = 300,
        initialCooldownSeconds: Double = 0,
        triggers: [TriggerConfiguration],
        fallback: ScalingFallback? = nil,
        modifiers: ScalingModifiers? = nil,
        behavior: ScalingBehavior? = nil,
        pause: ScalingPause = .none,
        forcesActivation: Bool = false,
        pace: PollingPace = PollingPace(),
        unknownAfterSeconds: Double? = nil
    ) {
        self.minReplicas = minReplicas
        self.maxReplicas = maxReplicas
        self.idleReplicas = idleReplicas
        self.pollingIntervalSeconds = pollingIntervalSeconds
        self.cooldownSeconds = cooldownSeconds
        self.initialCooldownSeconds = initialCooldownSeconds
        self.triggers = triggers
        self.fallback = fallback
        self.modifiers = modifiers
        self.behavior = behavior
        self.pause = pause
        self.forcesActivation = forcesActivation
        self.pace = pace
        self.unknownAfterSeconds = unknownAfterSeconds ?? max(60, 3 * pollingIntervalSeconds)
    }

    /// The lowest scale of an active object.
    var activeFloor: Int { max(self.minReplicas, 1) }

    /// The scale that an inactive object sinks to once it has cooled.
    var restingReplicas: Int { self.idleReplicas ?? self.minReplicas }
}
