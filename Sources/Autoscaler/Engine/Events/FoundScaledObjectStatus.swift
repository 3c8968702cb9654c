public import Timekeeping

/// What an earlier life of the autoscaler wrote into a ScaledObject's status.
public struct FoundScaledObjectStatus: Sendable, Equatable {
    public var originalReplicas: Int?
    /// When a trigger was active last, on the engine's clock.
    public var lastActiveAt: MonotonicInstant?
    public var desiredReplicas: Int?
    public var conditions: [EventCondition]

    public init(
        originalReplicas: Int? = nil,
        lastActiveAt: MonotonicInstant? = nil,
        desiredReplicas: Int? = nil,
        conditions: [EventCondition] = []
    ) {
        self.originalReplicas = originalReplicas
        self.lastActiveAt = lastActiveAt
        self.desiredReplicas = desiredReplicas
        self.conditions = conditions
    }
}
