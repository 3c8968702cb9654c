/// When a service without load is loaded, in seconds since its load ended.
public struct KeepAliveWindow: Sendable, Equatable {
    /// From here on; 0: it is never unloaded before `endSeconds`.
    public var prewarmSeconds: Double
    /// Until here, this moment included; infinite: it is never unloaded.
    public var endSeconds: Double

    public init(prewarmSeconds: Double = 0, endSeconds: Double) {
        self.prewarmSeconds = prewarmSeconds
        self.endSeconds = endSeconds
    }

    /// Whether a request after so long an idle time finds it loaded; one at either end does.
    public func contains(_ idleSeconds: Double) -> Bool {
        idleSeconds >= self.prewarmSeconds && idleSeconds <= self.endSeconds
    }

    /// Seconds for which it was loaded during an idle period of this length.
    public func loadedSeconds(of idleSeconds: Double) -> Double {
        max(0, min(idleSeconds, self.endSeconds) - self.prewarmSeconds)
    }
}
