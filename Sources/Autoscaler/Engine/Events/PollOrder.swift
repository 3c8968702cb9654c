public import KubernetesClient
public import ScalingCore

/// Triggers of one ScaledObject that are to be looked at now, each on its own.
public struct PollOrder: Sendable, Equatable {
    public let object: ObjectKey
    public let build: Int
    /// Positions in `spec.triggers`.
    public let triggers: [Int]
}

/// How one look at one trigger ended.
public struct TriggerReport: Sendable {
    public let object: ObjectKey
    public let build: Int
    public let trigger: Int
    public let result: Result<TriggerReading, TriggerFailure>
    public let latencySeconds: Double

    public init(
        object: ObjectKey,
        build: Int,
        trigger: Int,
        result: Result<TriggerReading, TriggerFailure>,
        latencySeconds: Double
    ) {
        self.object = object
        self.build = build
        self.trigger = trigger
        self.result = result
        self.latencySeconds = latencySeconds
    }
}
