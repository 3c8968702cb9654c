public import StructuredData

/// How fast replicas may come and go: `behavior` of an autoscaling/v2 HorizontalPodAutoscaler.
public struct BehaviorSpec: Sendable, Equatable {
    public enum PolicyKind: String, Sendable, CaseIterable {
        case pods = "Pods"
        case percent = "Percent"
    }

    public enum Selection: String, Sendable, CaseIterable {
        case most = "Max"
        case least = "Min"
        case disabled = "Disabled"
    }

    public struct Policy: Sendable, Equatable {
        public var kind: PolicyKind
        public var value: Int
        public var periodSeconds: Int

        public init(_ kind: PolicyKind, _ value: Int, periodSeconds: Int) {
            self.kind = kind
            self.value = value
            self.periodSeconds = periodSeconds
        }
    }

    /// The rules of one direction; what was left out is `nil` or empty.
    public struct Rules: Sendable, Equatable {
        public var stabilizationWindowSeconds: Int?
        public var selectPolicy: Selection?
        public var policies: [Policy]
        /// Share of the target: `0.05`, or `50m`.
        public var tolerance: Quantity?

        public init(
            stabilizationWindowSeconds: Int? = nil,
            selectPolicy: Selection? = nil,
            policies: [Policy] = [],
            tolerance: Quantity? = nil
        ) {
            self.stabilizationWindowSeconds = stabilizationWindowSeconds
            self.selectPolicy = selectPolicy
            self.policies = policies
            self.tolerance = tolerance
        }
    }

    public var scaleUp: Rules?
    public var scaleDown: Rules?

    public init(scaleUp: Rules? = nil, scaleDown: Rules? = nil) {
        self.scaleUp = scaleUp
        self.scaleDown = scaleDown
    }

    init(reading reader: FieldReader) {
        self.scaleUp = reader.child("scaleUp").map(Rules.init(reading:))
        self.scaleDown = reader.child("scaleDown").map(Rules.init(reading:))
        reader.refuseUnknownMembers()
    }

    /// Reads a behaviour that stands by itself.
    public init(json: JSONValue, at path: FieldPath = .root) throws(ProblemList) {
        let reader = FieldReader(json, at: path)
        self.init(reading: reader)
        try reader.finish()
    }

    var json: JSONValue {
        .object(ofPresent: [("scaleUp", self.scaleUp.map(\.json)), ("scaleDown", self.scaleDown.map(\.json))])
    }
}

extension BehaviorSpec.Rules {
    /// The bounds are Kubernetes's.
    init(reading reader: FieldReader) {
        self.stabilizationWindowSeconds = reader.int("stabilizationWindowSeconds", in: 0...3600)
        self.selectPolicy = reader.choice("selectPolicy")
        self.policies = reader.children("policies").compactMap { policy in
            let kind = policy.requiredChoice("type", otherwise: BehaviorSpec.PolicyKind.pods)
            let value = policy.requiredInt("value", in: 1...Int(Int32.max))
            let period = policy.requiredInt("periodSeconds", in: 1...1800)
            policy.refuseUnknownMembers()
            return BehaviorSpec.Policy(kind, value, periodSeconds: period)
        }
        self.tolerance = reader.quantity("tolerance")
        if let tolerance, tolerance.value < 0 {
            reader.report("is \(tolerance), but must be at least 0", at: "tolerance")
        }
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("stabilizationWindowSeconds", self.stabilizationWindowSeconds.map { JSONValue($0) }),
            ("selectPolicy", self.selectPolicy.map { .string($0.rawValue) }),
            ("policies", .list(self.policies.map(\.json))),
            ("tolerance", self.tolerance.map { .string($0.text) }),
        ])
    }
}

extension BehaviorSpec.Policy {
    var json: JSONValue {
        [
            "type": .string(self.kind.rawValue), "value": JSONValue(self.value),
            "periodSeconds": JSONValue(self.periodSeconds),
        ]
    }
}
