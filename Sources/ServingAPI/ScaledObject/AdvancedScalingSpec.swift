import StructuredData

/// `advanced` of a ScaledObject.
public struct AdvancedScalingSpec: Sendable, Equatable {
    /// When the object is deleted, the scale becomes what it was at the creation.
    public var restoreToOriginalReplicaCount: Bool
    /// A name for KEDA's HorizontalPodAutoscaler, of which there is none here.
    public var autoscalerName: String?
    public var behavior: BehaviorSpec?
    public var modifiers: ScalingModifiersSpec?

    public init(
        restoreToOriginalReplicaCount: Bool = false,
        autoscalerName: String? = nil,
        behavior: BehaviorSpec? = nil,
        modifiers: ScalingModifiersSpec? = nil
    ) {
        self.restoreToOriginalReplicaCount = restoreToOriginalReplicaCount
        self.autoscalerName = autoscalerName
        self.behavior = behavior
        self.modifiers = modifiers
    }

    init(reading reader: FieldReader) {
        self.restoreToOriginalReplicaCount = reader.bool("restoreToOriginalReplicaCount") ?? false
        let autoscaler = reader.child("horizontalPodAutoscalerConfig")
        self.autoscalerName = autoscaler?.string("name")
        self.behavior = autoscaler?.child("behavior").map(BehaviorSpec.init(reading:))
        autoscaler?.refuseUnknownMembers()
        let modifiers = reader.child("scalingModifiers")
        // KEDA takes an empty object for none.
        self.modifiers = modifiers.flatMap { $0.object.isEmpty ? nil : ScalingModifiersSpec(reading: $0) }
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        let autoscaler = JSONValue.object(ofPresent: [
            ("name", self.autoscalerName.map { .string($0) }), ("behavior", self.behavior.map(\.json)),
        ])
        return .object(ofPresent: [
            ("restoreToOriginalReplicaCount", self.restoreToOriginalReplicaCount ? .bool(true) : JSONValue?.none),
            ("horizontalPodAutoscalerConfig", autoscaler == .object([:]) ? JSONValue?.none : autoscaler),
            ("scalingModifiers", self.modifiers.map(\.json)),
        ])
    }
}

/// One formula over all triggers in place of each trigger for itself.
public struct ScalingModifiersSpec: Sendable, Equatable {
    /// Over the names of triggers.
    public var formula: String
    /// A number, as KEDA has it written: in quotes.
    public var target: String
    public var activationTarget: String?
    /// `nil` for `AverageValue`.
    public var metricType: TriggerSpec.MetricType?

    public init(
        formula: String,
        target: String,
        activationTarget: String? = nil,
        metricType: TriggerSpec.MetricType? = nil
    ) {
        self.formula = formula
        self.target = target
        self.activationTarget = activationTarget
        self.metricType = metricType
    }

    init(reading reader: FieldReader) {
        self.formula = reader.requiredString("formula")
        self.target = Self.numberText("target", of: reader) ?? ""
        if !reader.has("target") { reader.report("is required", at: "target") }
        self.activationTarget = Self.numberText("activationTarget", of: reader)
        self.metricType = reader.choice("metricType")
        reader.refuseUnknownMembers()
    }

    /// KEDA wants a text; a number without quotes means the same and is what YAML makes of it.
    private static func numberText(_ key: String, of reader: FieldReader) -> String? {
        switch reader.value(key) {
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        default: reader.string(key)
        }
    }

    /// `nil` when it is no number.
    public var targetNumber: Double? { DecimalText.parse(self.target) }
    /// Zero where nothing is written, `nil` when it is no number.
    public var activationNumber: Double? { self.activationTarget.map(DecimalText.parse) ?? 0 }

    var json: JSONValue {
        .object(ofPresent: [
            ("formula", .string(self.formula)), ("target", .string(self.target)),
            ("activationTarget", self.activationTarget.map { .string($0) }),
            ("metricType", self.metricType.map { .string($0.rawValue) }),
        ])
    }
}
