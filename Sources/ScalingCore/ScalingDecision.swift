public import StructuredData

/// How many replicas a revision should have, and the numbers that led there.
public struct ScalingDecision: Sendable, Equatable {
    public internal(set) var policy: ScalingPolicyName
    /// `nil`: leave the scale as it is, because something that matters is not known.
    public internal(set) var desiredReplicas: Int?
    /// Load that could be added before replicas queue: `total` times ready, less burst and panic value.
    public internal(set) var excessBurstCapacity: Int
    public internal(set) var isPanicking: Bool
    /// Average over the stable window in the unit of the metric; `nil` when not known.
    public internal(set) var stableValue: Double?
    /// Average over the panic window in the unit of the metric; `nil` when not known.
    public internal(set) var panicValue: Double?
    /// Ready replicas seen; `nil` when not known.
    public internal(set) var readyReplicas: Int?
    /// Starting replicas that were expected to become ready; stuck ones are not among them.
    public internal(set) var startingCounted: Int
    /// The rules that applied, in the order in which they did.
    public internal(set) var limits: [ScalingLimit]

    /// One English sentence with the numbers that matter.
    public var explanation: String { "" }

    public var json: JSONValue { .null }
}
