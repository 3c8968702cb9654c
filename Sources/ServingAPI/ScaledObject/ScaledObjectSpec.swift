public import StructuredData

/// What is scaled, on what, and between which bounds; what was left out is `nil`.
public struct ScaledObjectSpec: Sendable, Equatable {
    public var scaleTargetRef: ScaledTargetReference
    public var pollingInterval: Int?
    public var cooldownPeriod: Int?
    public var initialCooldownPeriod: Int?
    public var idleReplicaCount: Int?
    public var minReplicaCount: Int?
    public var maxReplicaCount: Int?
    public var fallback: FallbackSpec?
    public var advanced: AdvancedScalingSpec
    public var triggers: [TriggerSpec]

    public init(
        scaleTargetRef: ScaledTargetReference,
        pollingInterval: Int? = nil,
        cooldownPeriod: Int? = nil,
        initialCooldownPeriod: Int? = nil,
        idleReplicaCount: Int? = nil,
        minReplicaCount: Int? = nil,
        maxReplicaCount: Int? = nil,
        fallback: FallbackSpec? = nil,
        advanced: AdvancedScalingSpec = AdvancedScalingSpec(),
        triggers: [TriggerSpec]
    ) {
        self.scaleTargetRef = scaleTargetRef
        self.pollingInterval = pollingInterval
        self.cooldownPeriod = cooldownPeriod
        self.initialCooldownPeriod = initialCooldownPeriod
        self.idleReplicaCount = idleReplicaCount
        self.minReplicaCount = minReplicaCount
        self.maxReplicaCount = maxReplicaCount
        self.fallback = fallback
        self.advanced = advanced
        self.triggers = triggers
    }
}

extension ScaledObjectSpec {
    public static let defaultPollingInterval = 30
    public static let defaultCooldownPeriod = 300
    public static let defaultMaxReplicaCount = 100

    public var pollingIntervalSeconds: Double { Double(self.pollingInterval ?? Self.defaultPollingInterval) }
    public var cooldownSeconds: Double { Double(self.cooldownPeriod ?? Self.defaultCooldownPeriod) }
    public var initialCooldownSeconds: Double { Double(self.initialCooldownPeriod ?? 0) }
    public var maxReplicas: Int { self.maxReplicaCount ?? Self.defaultMaxReplicaCount }

    /// Zero where nothing is written, except for objects that scale on processor and memory alone: those cannot lift
    /// anything from zero.
    public var minReplicas: Int { self.minReplicaCount ?? (self.hasOnlyResourceTriggers ? 1 : 0) }

    public var hasOnlyResourceTriggers: Bool {
        !self.triggers.isEmpty && self.triggers.allSatisfy(\.isResource)
    }

    /// Ranges are left to validation, so that they are reported beside everything else that breaks a rule.
    init(reading reader: FieldReader) {
        self.scaleTargetRef = ScaledTargetReference(reading: reader.required("scaleTargetRef"))
        self.pollingInterval = reader.int("pollingInterval")
        self.cooldownPeriod = reader.int("cooldownPeriod")
        self.initialCooldownPeriod = reader.int("initialCooldownPeriod")
        self.idleReplicaCount = reader.int("idleReplicaCount")
        self.minReplicaCount = reader.int("minReplicaCount")
        self.maxReplicaCount = reader.int("maxReplicaCount")
        self.fallback = reader.child("fallback").map(FallbackSpec.init(reading:))
        self.advanced = reader.child("advanced").map(AdvancedScalingSpec.init(reading:)) ?? AdvancedScalingSpec()
        self.triggers = reader.children("triggers").map(TriggerSpec.init(reading:))
        if reader.has("triggers") == false { reader.report("is required", at: "triggers") }
        reader.refuseUnknownMembers()
    }

    public var json: JSONValue {
        .object(ofPresent: [
            ("scaleTargetRef", self.scaleTargetRef.json),
            ("pollingInterval", self.pollingInterval.map { JSONValue($0) }),
            ("cooldownPeriod", self.cooldownPeriod.map { JSONValue($0) }),
            ("initialCooldownPeriod", self.initialCooldownPeriod.map { JSONValue($0) }),
            ("idleReplicaCount", self.idleReplicaCount.map { JSONValue($0) }),
            ("minReplicaCount", self.minReplicaCount.map { JSONValue($0) }),
            ("maxReplicaCount", self.maxReplicaCount.map { JSONValue($0) }),
            ("fallback", self.fallback.map(\.json)),
            ("advanced", self.advanced == AdvancedScalingSpec() ? JSONValue?.none : self.advanced.json),
            ("triggers", .array(self.triggers.map(\.json))),
        ])
    }
}
