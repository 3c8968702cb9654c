/// The load one replica should carry and the load it can carry.
public struct ReplicaTarget: Sendable, Equatable {
    /// Aimed at.
    public let target: Double
    /// Possible.
    public let total: Double

    /// Knative's smallest target.
    public static let leastTarget = 0.01

    /// - Parameters:
    ///   - metric: What is measured.
    ///   - containerConcurrency: Requests a replica accepts at once, 0 for no limit; `rps` ignores it.
    ///   - utilization: The share of the total to aim at, for which a revision's own percentage wins.
    ///   - defaultTotal: The total when neither the container nor the revision says one.
    ///   - annotatedTarget: The revision's own target, which replaces the total.
    ///   - annotatedUtilizationPercentage: The revision's own utilisation, 1 to 100.
    public init(
        metric: ScalingMetric,
        containerConcurrency: Int = 0,
        utilization: Double = 0.7,
        defaultTotal: Double,
        annotatedTarget: Double? = nil,
        annotatedUtilizationPercentage: Double? = nil
    ) {
        var total = defaultTotal
        let isLimited = metric == .concurrency && containerConcurrency > 0
        if isLimited { total = Double(containerConcurrency) }
        if let annotatedTarget { total = isLimited ? min(annotatedTarget, total) : annotatedTarget }
        let share = annotatedUtilizationPercentage.map { $0 / 100 } ?? utilization
        self.total = total
        self.target = max(Self.leastTarget, share * total)
    }
}
