extension ScaledObjectDecision {
    /// One condition of the object's status, as KEDA words them.
    public struct ConditionFact: Sendable, Equatable {
        /// `Ready`, `Active`, `Fallback` or `Paused`.
        public var kind: String
        /// `nil`: unknown.
        public var isTrue: Bool?
        /// One word in camel case for programs.
        public var reason: String
        /// A sentence for people.
        public var message: String
    }

    /// The four conditions, in KEDA's order.
    public var conditions: [ConditionFact] { [self.ready, self.active, self.fallback, self.paused] }

    private var ready: ConditionFact {
        guard !self.failures.isEmpty else {
            let isUnread = self.demands.contains { $0.standing == .unknown }
            guard !isUnread else {
                let message = "Triggers have not been read yet."
                return ConditionFact(kind: "Ready", isTrue: nil, reason: "TriggersNotReadYet", message: message)
            }
            let message = "All triggers can be read."
            return ConditionFact(kind: "Ready", isTrue: true, reason: "ScaledObjectReady", message: message)
        }
        let sentences = self.failures.map { failure in
            failure.trigger.map { "triggers[\($0)] '\(failure.label)': \(failure.sentence)" } ?? failure.sentence
        }
        let message = sentences.joined(separator: "; ") + "."
        let works = self.isFallback || self.demands.contains { $0.standing == .known }
        return works
            ? ConditionFact(kind: "Ready", isTrue: nil, reason: "PartialTriggerError", message: message)
            : ConditionFact(kind: "Ready", isTrue: false, reason: "TriggerError", message: message)
    }

    private var active: ConditionFact {
        let isKnown = self.isActive || !self.demands.contains { $0.standing == .unknown }
        guard isKnown else {
            let message = "Whether there is work is not known."
            return ConditionFact(kind: "Active", isTrue: nil, reason: "UnknownState", message: message)
        }
        return self.isActive
            ? ConditionFact(kind: "Active", isTrue: true, reason: "ScalerActive", message: "There is work.")
            : ConditionFact(kind: "Active", isTrue: false, reason: "ScalerNotActive", message: "There is no work.")
    }

    private var fallback: ConditionFact {
        self.isFallback
            ? ConditionFact(
                kind: "Fallback",
                isTrue: true,
                reason: "FallbackExists",
                message: "At least one trigger cannot be read and is replaced by the fallback."
            )
            : ConditionFact(kind: "Fallback", isTrue: false, reason: "NoFallbackFound", message: "No fallback counts.")
    }

    private var paused: ConditionFact {
        self.isPaused
            ? ConditionFact(
                kind: "Paused",
                isTrue: true,
                reason: "ScaledObjectPaused",
                message: "Scaling is paused by an annotation."
            )
            : ConditionFact(
                kind: "Paused",
                isTrue: false,
                reason: "ScaledObjectUnpaused",
                message: "Scaling is not paused."
            )
    }
}
