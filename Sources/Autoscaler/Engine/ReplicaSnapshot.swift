public import Timekeeping

/// What the autoscaler knows of one pod.
public struct ReplicaSnapshot: Sendable, Equatable {
    public var name: String
    /// The pod's condition `Ready`.
    public var isReady: Bool
    /// Asked to end: it takes no more requests and counts for nothing.
    public var isDeleting: Bool
    /// Ended for good: `Failed` or `Succeeded`.
    public var hasEnded: Bool
    /// Carries the annotation by which the autoscaler names it as the first to go.
    public var isMarkedAsVictim: Bool
    /// When the pod was created, as well as it can be told on this clock.
    public var createdAt: MonotonicInstant
    /// From creation until ready for a pod that was ready when it was first seen; `nil` otherwise.
    public var knownStartupSeconds: Double?

    public init(
        name: String,
        isReady: Bool,
        isDeleting: Bool = false,
        hasEnded: Bool = false,
        isMarkedAsVictim: Bool = false,
        createdAt: MonotonicInstant,
        knownStartupSeconds: Double? = nil
    ) {
        self.name = name
        self.isReady = isReady
        self.isDeleting = isDeleting
        self.hasEnded = hasEnded
        self.isMarkedAsVictim = isMarkedAsVictim
        self.createdAt = createdAt
        self.knownStartupSeconds = knownStartupSeconds
    }

    /// Serves, or will.
    var isActive: Bool { !self.isDeleting && !self.hasEnded }
    var isServing: Bool { self.isActive && self.isReady }
    var isStarting: Bool { self.isActive && !self.isReady }
}
