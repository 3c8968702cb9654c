/// How many activators a revision needs in Knative's reckoning.
public enum ActivatorCount {
    /// Never fewer: one activator may fail.
    private static let least = 2

    /// - Parameters:
    ///   - total: Requests one replica can take.
    ///   - burst: The target burst capacity; 0: the activator is in the path only at zero.
    ///   - activatorCapacity: Requests one activator is taken to carry.
    public static func needed(readyReplicas: Int, total: Double, burst: Double, activatorCapacity: Double) -> Int {
        guard burst != 0 else { return Self.least }
        let load = Double(readyReplicas) * total + max(burst, 0)
        return max(Self.least, ReplicaCount.saturating((load / activatorCapacity).rounded(.up)))
    }
}
