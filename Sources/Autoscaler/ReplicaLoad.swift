/// One activator's share of one replica.
public struct ReplicaLoad: Sendable, Equatable {
    public let podName: String
    public let inFlight: Int
    /// The activator's own probe, not the pod's condition.
    public let isReady: Bool

    public init(podName: String, inFlight: Int, isReady: Bool) {
        self.podName = podName
        self.inFlight = inFlight
        self.isReady = isReady
    }
}
