/// How fast replicas may come and go: `behavior` of an autoscaling/v2 HorizontalPodAutoscaler.
public struct ScalingBehavior: Sendable, Equatable {
    /// One limit on what may change within a period.
    public struct Policy: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case pods = "Pods"
            case percent = "Percent"
        }

        public var kind: Kind
        /// Replicas, or percent of those at the begin of the period; above zero.
        public var value: Int
        public var periodSeconds: Double

        public init(_ kind: Kind, _ value: Int, periodSeconds: Double) {
            self.kind = kind
            self.value = value
            self.periodSeconds = periodSeconds
        }
    }

    /// Which of several policies counts.
    public enum Selection: String, Sendable, CaseIterable {
        /// The one that allows most change.
        case most = "Max"
        /// The one that allows least change.
        case least = "Min"
        /// No change in this direction at all.
        case disabled = "Disabled"
    }

    /// The rules of one direction; what was left out is `nil` or empty.
    public struct Rules: Sendable, Equatable {
        public var stabilizationWindowSeconds: Double?
        public var policies: [Policy]
        public var selection: Selection
        /// Share of the target by which a metric may be off before anything changes.
        public var tolerance: Double?

        public init(
            stabilizationWindowSeconds: Double? = nil,
            policies: [Policy] = [],
            selection: Selection = .most,
            tolerance: Double? = nil
        ) {
            self.stabilizationWindowSeconds = stabilizationWindowSeconds
            self.policies = policies
            self.selection = selection
            self.tolerance = tolerance
        }
    }

    public var scaleUp: Rules
    public var scaleDown: Rules

    public init(scaleUp: Rules = Rules(), scaleDown: Rules = Rules()) {
        self.scaleUp = scaleUp
        self.scaleDown = scaleDown
    }

    public enum Direction: Sendable {
        case upward, downward
    }

    public subscript(direction: Direction) -> Rules { direction == .upward ? self.scaleUp : self.scaleDown }
}

extension ScalingBehavior {
    /// Kubernetes's policies where none are written: four replicas or double every 15 seconds upward.
    public static let defaultUpwardPolicies = [
        Policy(.pods, 4, periodSeconds: 15), Policy(.percent, 100, periodSeconds: 15),
    ]
    /// All of them at once downward, which the window holds back.
    public static let defaultDownwardPolicies = [Policy(.percent, 100, periodSeconds: 15)]
    public static let defaultUpwardWindowSeconds = 0.0
    public static let defaultDownwardWindowSeconds = 300.0
    public static let defaultTolerance = 0.1

    /// With Kubernetes's defaults in place of what was left out.
    public var filledIn: ScalingBehavior {
        var filled = self
        filled.scaleUp.stabilizationWindowSeconds =
            self.scaleUp.stabilizationWindowSeconds ?? Self.defaultUpwardWindowSeconds
        filled.scaleDown.stabilizationWindowSeconds =
            self.scaleDown.stabilizationWindowSeconds ?? Self.defaultDownwardWindowSeconds
        if filled.scaleUp.policies.isEmpty { filled.scaleUp.policies = Self.defaultUpwardPolicies }
        if filled.scaleDown.policies.isEmpty { filled.scaleDown.policies = Self.defaultDownwardPolicies }
        return filled
    }
}
