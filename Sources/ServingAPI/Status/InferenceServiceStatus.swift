public import StructuredData

/// What the controllers know about a service, in the shape that KServe gives it.
///
/// Fields of the status that this type does not know survive a read and a write.
public struct InferenceServiceStatus: Sendable, Equatable {
    /// The service's own generation, unlike KServe's, which is the Deployment's.
    public var observedGeneration: Int?
    public var conditions: ConditionList
    /// Where clients outside find the service; `nil` while there is no way in.
    public var url: String?
    /// Inside the cluster.
    public var addressUrl: String?
    /// The annotation as it was written.
    public var deploymentMode: String?
    public var servingRuntimeName: String?
    public var clusterServingRuntimeName: String?
    /// By name: `predictor`, `transformer`, `explainer`.
    public var components: [String: ComponentStatus]
    public var modelStatus: ModelStatus?
    /// All pods of the predictor, ready or not: what the `scale` subresource shows.
    public var replicas: Int?
    /// A label selector of those pods, as text.
    public var selector: String?
    private var other: JSONObject

    private static let keys: Set<String> = [
        "observedGeneration", "conditions", "url", "address", "deploymentMode", "servingRuntimeName",
        "clusterServingRuntimeName", "components", "modelStatus", "replicas", "selector",
    ]

    /// Nothing known yet.
    public init() {
        self.init(json: [:])
    }

    /// Reads a stored status; what is not as it should be reads as absent, for it is rewritten anyway.
    public init(json: JSONValue) {
        self.observedGeneration = json["observedGeneration"]?.intValue
        self.conditions = ConditionList((json["conditions"]?.arrayValue ?? []).compactMap(Condition.init(json:)))
        self.url = json["url"]?.stringValue
        self.addressUrl = json["address"]?["url"]?.stringValue
        self.deploymentMode = json["deploymentMode"]?.stringValue
        self.servingRuntimeName = json["servingRuntimeName"]?.stringValue
        self.clusterServingRuntimeName = json["clusterServingRuntimeName"]?.stringValue
        self.components = [:]
        for (name, component) in json["components"]?.objectValue ?? [:] {
            self.components[name] = ComponentStatus(json: component)
        }
        self.modelStatus = json["modelStatus"].map(ModelStatus.init(json:))
        self.replicas = json["replicas"]?.intValue
        self.selector = json["selector"]?.stringValue
        self.other = JSONObject(
            (json.objectValue ?? [:]).filter { !Self.keys.contains($0.key) }.map { ($0.key, $0.value) }
        )
    }

    /// What is not known is left out.
    public var json: JSONValue {
        let components = self.components.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        return .object(
            ofPresent: [
                ("observedGeneration", self.observedGeneration.map { JSONValue($0) }),
                ("conditions", .list(self.conditions.conditions.map(\.json))),
                ("url", self.url.map { .string($0) }),
                ("address", self.addressUrl.map { ["url": .string($0)] }),
                ("deploymentMode", self.deploymentMode.map { .string($0) }),
                ("servingRuntimeName", self.servingRuntimeName.map { .string($0) }),
                ("clusterServingRuntimeName", self.clusterServingRuntimeName.map { .string($0) }),
                ("components", components.isEmpty ? JSONValue?.none : .object(JSONObject(components))),
                ("modelStatus", self.modelStatus.map(\.json)),
                ("replicas", self.replicas.map { JSONValue($0) }),
                ("selector", self.selector.map { .string($0) }),
            ] + self.other.members.map { ($0.key, $0.value) }
        )
    }
}

extension InferenceService {
    /// Conditions that a service publishes besides `Stopped` and `UnsupportedFeatures`.
    ///
    /// Argo CD's health check counts them: exactly three for the literal annotation `RawDeployment`, exactly five
    /// otherwise, and none of any kind may be false or unknown.
    public var publishedConditions: [Condition.Kind] {
        let raw: [Condition.Kind] = [.ingressReady, .predictorReady, .ready]
        if self.metadata.annotations[AnnotationName.deploymentMode] == "RawDeployment" { return raw }
        return raw + [.predictorConfigurationReady, .predictorRouteReady]
    }
}
