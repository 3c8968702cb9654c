/// Replicas that one metric asks for, before anything limits them.
public struct MetricProposal: Sendable, Equatable {
    /// Shares of the target by which a metric may be off without consequence.
    public struct Tolerance: Sendable, Equatable {
        public var upward: Double
        public var downward: Double
        /// Most replicas that the tolerance may hold back; `nil` for no limit.
        ///
        /// A tenth of a hundred replicas is ten, which nobody means.
        public var mostReplicas: Int?

        public init(
            upward: Double = ScalingBehavior.defaultTolerance,
            downward: Double = ScalingBehavior.defaultTolerance,
            mostReplicas: Int? = nil
        ) {
            self.upward = upward
            self.downward = downward
            self.mostReplicas = mostReplicas
        }

        func holds(_ ratio: Double, current: Int, wanted: Int) -> Bool {
            guard 1 - self.downward <= ratio, ratio <= 1 + self.upward else { return false }
            return self.mostReplicas.map { abs(wanted - current) <= $0 } ?? true
        }
    }

    public var replicas: Int
    /// Whether the tolerance kept what is there.
    public var isTolerated: Bool

    init(_ replicas: Int, isTolerated: Bool = false) {
        self.replicas = replicas
        self.isTolerated = isTolerated
    }

    /// For `AverageValue`: as many as share `value` with `target` each.
    ///
    /// - Parameter current: Replicas asked for now.
    public static func average(_ value: Double, target: Double, current: Int, tolerance: Tolerance) -> MetricProposal {
        let wanted = ReplicaCount.saturating(Self.quotient(value, target).rounded(.up))
        let ratio = Self.quotient(value, target) / Double(current)
        guard current > 0, tolerance.holds(ratio, current: current, wanted: wanted) else { return Self(wanted) }
        return Self(current, isTolerated: wanted != current)
    }

    /// For `Value`, as Kubernetes computes it: the ratio to the target times the *ready* replicas.
    public static func kubernetesValue(
        _ value: Double,
        target: Double,
        current: Int,
        ready: Int,
        tolerance: Tolerance
    ) -> MetricProposal {
        let ratio = Self.quotient(value, target)
        guard current > 0 else { return Self(ReplicaCount.saturating(ratio.rounded(.up))) }
        let wanted = ReplicaCount.saturating((ratio * Double(ready)).rounded(.up))
        guard tolerance.holds(ratio, current: current, wanted: wanted) else { return Self(wanted) }
        return Self(current, isTolerated: wanted != current)
    }

    /// For `Value`: the ratio to the target times the replicas that made the value what it is, yet above the target
    /// never fewer than were asked for.
    ///
    /// Replicas that are starting do not weigh on the value yet. Left out altogether, as Kubernetes leaves them out, they
    /// would be taken back in the middle of an overload; counted as if they worked, each look would order the same
    /// capacity again until they do.
    public static func value(
        _ value: Double,
        target: Double,
        current: Int,
        ready: Int,
        tolerance: Tolerance
    ) -> MetricProposal {
        let ratio = Self.quotient(value, target)
        // With none ready the value is nobody's work yet: as from zero.
        let working = max(1, min(ready, current))
        let needed = ReplicaCount.saturating((ratio * Double(working)).rounded(.up))
        let wanted = ratio > 1 ? max(needed, current) : needed
        guard current > 0, tolerance.holds(ratio, current: current, wanted: wanted) else { return Self(wanted) }
        return Self(current, isTolerated: wanted != current)
    }

    /// In thousandths, as Kubernetes carries metrics: 1.1 / 0.1 is 11 and not a little more.
    static func quotient(_ value: Double, _ target: Double) -> Double {
        let (thousandths, share) = ((value * 1000).rounded(), (target * 1000).rounded())
        // What lies below a thousandth, or has no room for three digits more, is taken as it is.
        guard share >= 1, thousandths.magnitude < 1e15 else { return value / target }
        return thousandths / share
    }
}
