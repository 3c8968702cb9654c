/// What counts in place of a trigger that cannot be read for long.
public struct ScalingFallback: Sendable, Equatable {
    public enum Behavior: String, Sendable, CaseIterable {
        /// `replicas`.
        case fixed = "static"
        /// As many as there are.
        case current = "currentReplicas"
        /// As many as there are, and no fewer than `replicas`.
        case currentIfHigher = "currentReplicasIfHigher"
        /// As many as there are, and no more than `replicas`.
        case currentIfLower = "currentReplicasIfLower"
        /// The value becomes `nil` inside of the formula; `replicas` when the formula gives `nil`.
        case modifiers = "scalingModifiers"
    }

    public var behavior: Behavior
    /// Failures in a row that are borne; a negative number bears them all.
    public var failureThreshold: Int
    public var replicas: Int

    public init(behavior: Behavior = .fixed, failureThreshold: Int, replicas: Int) {
        self.behavior = behavior
        self.failureThreshold = failureThreshold
        self.replicas = replicas
    }

    /// Whether so many failures in a row are too many.
    public func isDue(afterFailures failures: Int) -> Bool {
        self.failureThreshold >= 0 && failures > self.failureThreshold
    }

    /// Replicas in place of a trigger that is not known.
    public func replicas(current: Int) -> Int {
        switch self.behavior {
        case .fixed, .modifiers: self.replicas
        case .current: current
        case .currentIfHigher: max(current, self.replicas)
        case .currentIfLower: min(current, self.replicas)
        }
    }
}
