public import StructuredData

/// What the autoscaler says of a ScaledObject: KEDA's fields, and what the last decision was made of.
public struct ScaledObjectStatus: Sendable, Equatable {
    /// `apps/v1.Deployment`.
    public var scaleTargetKind: String?
    /// The scale when the object was created, for `restoreToOriginalReplicaCount`.
    public var originalReplicaCount: Int?
    /// RFC 3339.
    public var lastActiveTime: String?
    public var externalMetricNames: [String]
    public var resourceMetricNames: [String]
    public var conditions: ConditionList
    /// By metric name or trigger.
    public var health: [String: Health]
    public var pausedReplicaCount: Int?
    /// `kafka,cron`.
    public var triggersTypes: String?
    public var authenticationsTypes: String?
    /// What each trigger said and asked for at the last decision, and why the scale is what it is; as it was written.
    public var lastDecision: JSONValue?

    public struct Health: Sendable, Equatable {
        public var numberOfFailures: Int
        public var isFailing: Bool

        public init(numberOfFailures: Int, isFailing: Bool) {
            self.numberOfFailures = numberOfFailures
            self.isFailing = isFailing
        }
    }

    public init(
        scaleTargetKind: String? = nil,
        originalReplicaCount: Int? = nil,
        lastActiveTime: String? = nil,
        externalMetricNames: [String] = [],
        resourceMetricNames: [String] = [],
        conditions: ConditionList = ConditionList(),
        health: [String: Health] = [:],
        pausedReplicaCount: Int? = nil,
        triggersTypes: String? = nil,
        authenticationsTypes: String? = nil,
        lastDecision: JSONValue? = nil
    ) {
        self.scaleTargetKind = scaleTargetKind
        self.originalReplicaCount = originalReplicaCount
        self.lastActiveTime = lastActiveTime
        self.externalMetricNames = externalMetricNames
        self.resourceMetricNames = resourceMetricNames
        self.conditions = conditions
        self.health = health
        self.pausedReplicaCount = pausedReplicaCount
        self.triggersTypes = triggersTypes
        self.authenticationsTypes = authenticationsTypes
        self.lastDecision = lastDecision
    }

    /// Reads what is there; what cannot be read counts as absent, for somebody else wrote it.
    public init(json: JSONValue) {
        func strings(_ key: String) -> [String] { (json[key]?.arrayValue ?? []).compactMap(\.stringValue) }
        self.init(
            scaleTargetKind: json["scaleTargetKind"]?.stringValue,
            originalReplicaCount: json["originalReplicaCount"]?.intValue,
            lastActiveTime: json["lastActiveTime"]?.stringValue,
            externalMetricNames: strings("externalMetricNames"),
            resourceMetricNames: strings("resourceMetricNames"),
            conditions: ConditionList((json["conditions"]?.arrayValue ?? []).compactMap(Condition.init(json:))),
            pausedReplicaCount: json["pausedReplicaCount"]?.intValue,
            triggersTypes: json["triggersTypes"]?.stringValue,
            authenticationsTypes: json["authenticationsTypes"]?.stringValue,
            lastDecision: json["lastDecision"].flatMap { $0 == .null ? nil : $0 }
        )
        for (key, value) in json["health"]?.objectValue ?? [:] {
            self.health[key] = Health(
                numberOfFailures: value["numberOfFailures"]?.intValue ?? 0,
                isFailing: value["status"]?.stringValue == "Failing"
            )
        }
    }

    public var json: JSONValue {
        let health = self.health.sorted { $0.key < $1.key }.map { key, health in
            (
                key,
                [
                    "numberOfFailures": JSONValue(health.numberOfFailures),
                    "status": .string(health.isFailing ? "Failing" : "Happy"),
                ] as JSONValue
            )
        }
        return .object(ofPresent: [
            ("scaleTargetKind", self.scaleTargetKind.map { .string($0) }),
            ("originalReplicaCount", self.originalReplicaCount.map { JSONValue($0) }),
            ("lastActiveTime", self.lastActiveTime.map { .string($0) }),
            ("externalMetricNames", .list(self.externalMetricNames.map { .string($0) })),
            ("resourceMetricNames", .list(self.resourceMetricNames.map { .string($0) })),
            ("conditions", .list(self.conditions.conditions.map(\.json))),
            ("health", health.isEmpty ? JSONValue?.none : .object(JSONObject(health))),
            ("pausedReplicaCount", self.pausedReplicaCount.map { JSONValue($0) }),
            ("triggersTypes", self.triggersTypes.map { .string($0) }),
            ("authenticationsTypes", self.authenticationsTypes.map { .string($0) }),
            ("lastDecision", self.lastDecision),
        ])
    }
}

extension Condition.Kind {
    public static let active: Condition.Kind = "Active"
    public static let fallback: Condition.Kind = "Fallback"
    public static let paused: Condition.Kind = "Paused"
}
