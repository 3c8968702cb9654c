import StructuredData

/// One aspect of an object's state, as Kubernetes writes it.
public struct Condition: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"
    }

    /// What a condition is about.
    public struct Kind: Hashable, Sendable, RawRepresentable, ExpressibleByStringLiteral {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { self.rawValue = value }

        public static let ready: Kind = "Ready"
        public static let predictorReady: Kind = "PredictorReady"
        public static let ingressReady: Kind = "IngressReady"
        public static let predictorConfigurationReady: Kind = "PredictorConfigurationReady"
        public static let predictorRouteReady: Kind = "PredictorRouteReady"
        public static let stopped: Kind = "Stopped"
        /// True when fields of the service are not supported yet; the message names them.
        public static let unsupportedFeatures: Kind = "UnsupportedFeatures"

        /// What `Ready` is made of.
        public static let partsOfReady: [Kind] = [.predictorReady, .ingressReady]
    }

    public var kind: Kind
    public var status: Status
    /// One word in camel case for programs; `nil` for none.
    public var reason: String?
    /// A sentence for people; `nil` for none.
    public var message: String?
    /// RFC 3339; when `status` last changed.
    public var lastTransitionTime: String

    public init(
        _ kind: Kind,
        _ status: Status,
        reason: String? = nil,
        message: String? = nil,
        lastTransitionTime: String = ""
    ) {
        self.kind = kind
        self.status = status
        self.reason = reason
        self.message = message
        self.lastTransitionTime = lastTransitionTime
    }

    /// - Returns: `nil` for what has no type or no status that is known.
    init?(json: JSONValue) {
        guard let kind = json["type"]?.stringValue,
            let status = json["status"]?.stringValue.flatMap(Status.init(rawValue:))
        else { return nil }
        self.init(
            Kind(rawValue: kind),
            status,
            reason: json["reason"]?.stringValue,
            message: json["message"]?.stringValue,
            lastTransitionTime: json["lastTransitionTime"]?.stringValue ?? ""
        )
    }

    /// Conditions that `Ready` does not depend on are marked as mere information, as Knative marks them.
    var json: JSONValue {
        let isEssential = self.kind == .ready || Kind.partsOfReady.contains(self.kind)
        return .object(ofPresent: [
            ("type", .string(self.kind.rawValue)),
            ("status", .string(self.status.rawValue)),
            ("severity", isEssential ? JSONValue?.none : .string("Info")),
            ("reason", self.reason.map { .string($0) }),
            ("message", self.message.map { .string($0) }),
            (
                "lastTransitionTime",
                self.lastTransitionTime.isEmpty ? JSONValue?.none : .string(self.lastTransitionTime)
            ),
        ])
    }
}

/// The conditions of an object, one of a kind, in the order of their names.
public struct ConditionList: Sendable, Equatable {
    public private(set) var conditions: [Condition]

    public init(_ conditions: [Condition] = []) {
        self.conditions = []
        for condition in conditions { self.put(condition) }
    }

    public subscript(kind: Condition.Kind) -> Condition? { self.conditions.first { $0.kind == kind } }

    public func isTrue(_ kind: Condition.Kind) -> Bool { self[kind]?.status == .yes }

    /// Sets a condition; the time of its last transition stays when its status does.
    ///
    /// - Parameter now: RFC 3339.
    public mutating func set(_ condition: Condition, now: String) {
        var condition = condition
        let before = self[condition.kind]
        let isSame = before?.status == condition.status && before?.lastTransitionTime.isEmpty == false
        condition.lastTransitionTime = isSame ? before?.lastTransitionTime ?? now : now
        self.put(condition)
    }

    public mutating func remove(_ kind: Condition.Kind) { self.conditions.removeAll { $0.kind == kind } }

    /// Sets `Ready` to what its parts make of it: false when one is false, unknown when one is unknown or missing, with
    /// the reason and the message of that one.
    public mutating func updateReady(now: String) {
        let parts = Condition.Kind.partsOfReady.map { self[$0] ?? Condition($0, .unknown, reason: "NotReconciledYet") }
        let culprit = parts.first { $0.status == .no } ?? parts.first { $0.status == .unknown }
        let ready = Condition(
            .ready,
            culprit?.status ?? .yes,
            reason: culprit?.reason,
            message: culprit?.message
        )
        self.set(ready, now: now)
    }

    private mutating func put(_ condition: Condition) {
        self.remove(condition.kind)
        let name = condition.kind.rawValue
        let place = self.conditions.firstIndex { $0.kind.rawValue > name } ?? self.conditions.count
        self.conditions.insert(condition, at: place)
    }
}
