public import StructuredData

/// What the autoscaler last saw and decided; written only when something changed.
public struct RevisionStatus: Sendable, Equatable {
    public enum Mode: String, Sendable, CaseIterable {
        case stable
        /// A burst is on: the revision may grow but not shrink.
        case panic
    }

    /// One decision, explained.
    public struct Decision: Sendable, Equatable {
        /// RFC 3339.
        public var time: String
        /// `nil` when the decision was to hold what there is.
        public var desired: Int?
        /// One English sentence with the numbers.
        public var reason: String

        public init(time: String, desired: Int?, reason: String) {
            self.time = time
            self.desired = desired
            self.reason = reason
        }
    }

    /// What a keep-alive rule has learned, so that a later life of the autoscaler need not learn it again.
    public struct KeepAliveMemory: Sendable, Equatable {
        /// Of the longest that is kept, in bytes; most are below three thousand.
        public static let mostBytes = 32_768

        /// When it was written down, RFC 3339.
        public var time: String
        /// The rule's own JSON, as text: it is replaced as a whole.
        public var learned: String

        public init(time: String, learned: String) {
            self.time = time
            self.learned = learned
        }
    }

    /// `nil` while unknown, which is not zero.
    public var desiredReplicas: Int?
    public var readyReplicas: Int?
    public var startingReplicas: Int?
    public var mode: Mode?
    /// Average over the stable window in units of the metric.
    public var stableValue: Double?
    /// Average over the panic window in units of the metric.
    public var panicValue: Double?
    public var lastDecision: Decision?
    /// `nil` without a keep-alive rule, or while it has learned nothing.
    public var keepAlive: KeepAliveMemory?

    public init(
        desiredReplicas: Int? = nil,
        readyReplicas: Int? = nil,
        startingReplicas: Int? = nil,
        mode: Mode? = nil,
        stableValue: Double? = nil,
        panicValue: Double? = nil,
        lastDecision: Decision? = nil,
        keepAlive: KeepAliveMemory? = nil
    ) {
        self.desiredReplicas = desiredReplicas
        self.readyReplicas = readyReplicas
        self.startingReplicas = startingReplicas
        self.mode = mode
        self.stableValue = stableValue
        self.panicValue = panicValue
        self.lastDecision = lastDecision
        self.keepAlive = keepAlive
    }

    init(reading reader: FieldReader) {
        self.desiredReplicas = reader.int("desiredReplicas", in: 0 ... .max)
        self.readyReplicas = reader.int("readyReplicas", in: 0 ... .max)
        self.startingReplicas = reader.int("startingReplicas", in: 0 ... .max)
        self.mode = reader.choice("mode")
        self.stableValue = reader.number("stableValue")
        self.panicValue = reader.number("panicValue")
        self.lastDecision = reader.child("lastDecision").map { decision in
            Decision(
                time: decision.requiredString("time"),
                desired: decision.int("desired", in: 0 ... .max),
                reason: decision.string("reason") ?? ""
            )
        }
        self.keepAlive = reader.child("keepAlive").map { memory in
            KeepAliveMemory(time: memory.requiredString("time"), learned: memory.string("learned") ?? "")
        }
    }

    /// Fields that are unknown are left out.
    public var json: JSONValue {
        .object(ofPresent: [
            ("desiredReplicas", self.desiredReplicas.map { JSONValue($0) }),
            ("readyReplicas", self.readyReplicas.map { JSONValue($0) }),
            ("startingReplicas", self.startingReplicas.map { JSONValue($0) }),
            ("mode", self.mode.map { .string($0.rawValue) }),
            ("stableValue", self.stableValue.map { .number($0) }),
            ("panicValue", self.panicValue.map { .number($0) }),
            ("lastDecision", self.lastDecision.map(\.json)),
            ("keepAlive", self.keepAlive.map { ["time": .string($0.time), "learned": .string($0.learned)] }),
        ])
    }
}

extension RevisionStatus.Decision {
    var json: JSONValue {
        .object(ofPresent: [
            ("time", .string(self.time)), ("desired", self.desired.map { JSONValue($0) }),
            ("reason", .string(self.reason)),
        ])
    }
}
