import ScalingCore

/// What the yardsticks `hpa` and `keda` take from a service and from their parameters.
struct HorizontalSettings {
    static let downWindowSeconds = ScalingBehavior.defaultDownwardWindowSeconds

    /// Requests in flight, or messages that wait, for one replica.
    let target: Double
    let least: Int
    let most: Int
    /// `nil`, as most people leave it.
    let behavior: ScalingBehavior?

    init(_ service: ServiceModel, _ parameters: PolicyReference) {
        self.target = if case .queue(let queue) = service.entry { queue.targetLag } else { service.scaling.target }
        self.least = service.scaling.minScale
        self.most = service.scaling.maxScale > 0 ? service.scaling.maxScale : 100_000
        let window = parameters.number("downWindow") ?? Self.downWindowSeconds
        self.behavior =
            window == Self.downWindowSeconds
            ? nil : ScalingBehavior(scaleDown: .init(stabilizationWindowSeconds: window))
    }

    static func explanation(_ level: Double?, target: Double, ready: Int, desired: Int) -> String {
        guard let level else { return "no measurement yet" }
        return "\((level * 100).rounded() / 100) at \(target) each, for \(ready) ready: \(desired)"
    }
}
