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
        /// Whether the queue and the metrics that drive the service can be read; absent when there are none.
        public static let triggersReady: Kind = "TriggersReady"
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
