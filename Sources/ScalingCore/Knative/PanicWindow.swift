/// The length of the panic window.
public enum PanicWindow {
    /// The share `percentage` of the stable window in whole seconds, half rounded up, at least one.
    public static func seconds(stableWindowSeconds: Int, percentage: Double) -> Int {
        max(1, ReplicaCount.saturating((Double(stableWindowSeconds) * percentage / 100).rounded()))
    }
}
