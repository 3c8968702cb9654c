import KubernetesClient
import ServingAPI
import StructuredData

/// One ScaledObject: what its event sources say, and what the replicas of its target are by that.
public struct EventScalingReport: Sendable, Equatable {
    public var namespace: String
    public var name: String
    /// The Deployment.
    public var target: String
    /// The InferenceService that the target belongs to; `nil` for a Deployment of its own.
    public var service: String?
    /// Its conditions; `nil` while unknown.
    public var isReady: Bool?
    public var isActive: Bool?
    public var isPaused: Bool
    public var isFallback: Bool
    /// Why it is not ready, one sentence.
    public var message: String?
    /// Wanted by the last decision; `nil` while unknown.
    public var desiredReplicas: Int?
    public var readyReplicas: Int
    public var decision: DecisionReport?
    public var triggers: [TriggerReport]

    public init(
        namespace: String,
        name: String,
        target: String,
        service: String? = nil,
        isReady: Bool? = nil,
        isActive: Bool? = nil,
        isPaused: Bool = false,
        isFallback: Bool = false,
        message: String? = nil,
        desiredReplicas: Int? = nil,
        readyReplicas: Int = 0,
        decision: DecisionReport? = nil,
        triggers: [TriggerReport] = []
    ) {
        self.namespace = namespace
        self.name = name
        self.target = target
        self.service = service
        self.isReady = isReady
        self.isActive = isActive
        self.isPaused = isPaused
        self.isFallback = isFallback
        self.message = message
        self.desiredReplicas = desiredReplicas
        self.readyReplicas = readyReplicas
        self.decision = decision
        self.triggers = triggers
    }
}

/// One event source.
public struct TriggerReport: Sendable, Equatable {
    public struct Metric: Sendable, Equatable {
        public var name: String
        /// What is there: messages, requests per second, whatever the source counts.
        public var value: Double
        /// What one replica, or all of them together, should have.
        public var target: Double

        public init(name: String, value: Double, target: Double) {
            self.name = name
            self.value = value
            self.target = target
        }
    }

    /// `kafka`.
    public var type: String
    /// `nil` when it was given none.
    public var name: String?
    public var metrics: [Metric]
    /// Whether the source wants replicas; `nil` while that is not known.
    public var isActive: Bool?
    /// Why the last look found nothing.
    public var problem: String?
    /// RFC 3339; `nil` before the first look that found something.
    public var readTime: String?
    /// `nil` while that cannot be told.
    public var nextReadTime: String?

    public init(
        type: String,
        name: String? = nil,
        metrics: [Metric] = [],
        isActive: Bool? = nil,
        problem: String? = nil,
        readTime: String? = nil,
        nextReadTime: String? = nil
    ) {
        self.type = type
        self.name = name
        self.metrics = metrics
        self.isActive = isActive
        self.problem = problem
        self.readTime = readTime
        self.nextReadTime = nextReadTime
    }
}

extension EventScalingReport {
    /// As the object's own status says.
    init(of object: KubernetesObject) {
        let status = object.status
        func isTrue(_ type: String) -> Bool? {
            let condition = status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
            return condition?["status"] == "True" ? true : condition?["status"] == "False" ? false : nil
        }
        let ready = status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == "Ready" }
        let decision = status["lastDecision"]
        let kind = object.spec["scaleTargetRef"]?["kind"]?.stringValue ?? ""
        let name = object.spec["scaleTargetRef"]?["name"]?.stringValue ?? ""
        let isService = kind == ScaledTargetReference.Kind.inferenceService.rawValue
        self.init(
            namespace: object.namespace,
            name: object.name,
            target: isService ? "\(name)-predictor" : name,
            isReady: isTrue("Ready"),
            isActive: isTrue("Active"),
            isPaused: isTrue("Paused") ?? false,
            isFallback: isTrue("Fallback") ?? false,
            message: ready?["status"] == "True" ? nil : ready?["message"]?.stringValue,
            desiredReplicas: decision?["desired"]?.intValue,
            decision: decision?["time"]?.stringValue.map { time in
                DecisionReport(
                    time: time,
                    desired: decision?["desired"]?.intValue,
                    reason: decision?["reason"]?.stringValue ?? ""
                )
            }
        )
        let told = decision?["triggers"]?.arrayValue ?? []
        let written = object.spec["triggers"]?.arrayValue ?? []
        self.triggers = written.enumerated().map { index, trigger in
            var report = TriggerReport(type: trigger["type"]?.stringValue ?? "", name: trigger["name"]?.stringValue)
            guard index < told.count else { return report }
            report.metrics = (told[index]["metrics"]?.arrayValue ?? []).compactMap(TriggerReport.Metric.init(json:))
            report.isActive = told[index]["active"]?.boolValue
            report.problem = told[index]["problem"]?.stringValue
            report.readTime = told[index]["lastReadTime"]?.stringValue
            return report
        }
    }
}

extension TriggerReport.Metric {
    init?(json: JSONValue) {
        guard let name = json["name"]?.stringValue, let value = json["value"]?.doubleValue,
            let target = json["target"]?.doubleValue
        else { return nil }
        self.init(name: name, value: value, target: target)
    }
}
