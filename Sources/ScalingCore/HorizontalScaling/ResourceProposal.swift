/// How Kubernetes turns the use of a resource into replicas, with care for those whose use is not known yet.
public enum ResourceProposal {
    /// One replica that is neither going nor failed.
    public struct Replica: Sendable, Equatable {
        /// In cores or bytes; `nil` when there is no sample of it.
        public var usage: Double?
        /// What it asked for, in the same unit.
        public var request: Double
        /// Whether its sample says something about the load: no replica that is pending or still initialising.
        public var isReady: Bool

        public init(usage: Double?, request: Double, isReady: Bool = true) {
            self.usage = usage
            self.request = request
            self.isReady = isReady
        }
    }

    /// What `target` means.
    public enum Target: Sendable, Equatable {
        /// Per cent of the request.
        case utilization(Double)
        /// Cores or bytes of each.
        case average(Double)
    }

    /// - Returns: `nil` when no ready replica has a sample, or nobody asked for anything of which to take per cent.
    public static func replicas(
        _ replicas: [Replica],
        target: Target,
        current: Int,
        tolerance: MetricProposal.Tolerance
    ) -> MetricProposal? {
        let sampled = replicas.filter { $0.isReady && $0.usage != nil }
        let unready = replicas.filter { !$0.isReady }
        let missing = replicas.filter { $0.isReady && $0.usage == nil }
        guard let first = Self.ratio(of: sampled, target) else { return nil }
        let countsUnready = !unready.isEmpty && first > 1
        guard countsUnready || !missing.isEmpty else {
            let wanted = ReplicaCount.saturating((first * Double(sampled.count)).rounded(.up))
            guard tolerance.holds(first, current: current, wanted: wanted) else { return MetricProposal(wanted) }
            return MetricProposal(current, isTolerated: wanted != current)
        }
        var counted = sampled
        counted += missing.map { replica in
            var replica = replica
            replica.usage = first < 1 ? Self.assumedUsage(of: replica, target) : 0
            return replica
        }
        if countsUnready { counted += unready.map { Replica(usage: 0, request: $0.request) } }
        let second = Self.ratio(of: counted, target) ?? first
        let wanted = ReplicaCount.saturating((second * Double(counted.count)).rounded(.up))
        let isFlipped = (first < 1 && second > 1) || (first > 1 && second < 1)
        let isAgainst = (second < 1 && wanted > current) || (second > 1 && wanted < current)
        if isFlipped || isAgainst || tolerance.holds(second, current: current, wanted: wanted) {
            return MetricProposal(current, isTolerated: wanted != current)
        }
        return MetricProposal(wanted)
    }

    /// So that nothing shrinks because a sample is missing.
    private static func assumedUsage(of replica: Replica, _ target: Target) -> Double {
        switch target {
        case .utilization(let percent): replica.request * max(100, percent) / 100
        case .average(let amount): amount
        }
    }

    private static func ratio(of replicas: [Replica], _ target: Target) -> Double? {
        guard !replicas.isEmpty else { return nil }
        let usage = replicas.reduce(0) { $0 + ($1.usage ?? 0) }
        switch target {
        case .utilization(let percent):
            let request = replicas.reduce(0) { $0 + $1.request }
            guard request > 0, percent > 0 else { return nil }
            // Whole per cent, cut off, as Kubernetes counts them.
            return (100 * usage / request).rounded(.towardZero) / percent
        case .average(let amount):
            guard amount > 0 else { return nil }
            return usage / Double(replicas.count) / amount
        }
    }
}
