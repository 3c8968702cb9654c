public import StructuredData

/// What a revision consists of, where its replicas listen, how requests wait for them and how many there shall be.
public struct RevisionSpec: Sendable, Equatable {
    /// The InferenceService that the revision belongs to.
    public var inferenceService: String
    /// `predictor`, `transformer` or `explainer`.
    public var component: String
    public var scaleTargetRef: ScaleTargetReference
    /// Labels of the revision's pods.
    public var podLabels: [String: String]
    /// The container port; a pod's annotation `pilotlight.dev/port` overrides it.
    public var port: Int
    public var probe: ReplicaProbe
    /// Requests that one replica takes at a time; zero for no limit.
    public var containerConcurrency: Int
    /// Requests that may wait.
    public var queueCapacity: Int
    /// From forwarding a request to the head of its response.
    public var responseStartTimeoutSeconds: Double
    /// Silence in the middle of a response; zero for no limit.
    public var idleTimeoutSeconds: Double
    /// How long a request may wait for a replica.
    public var coldStartTimeoutSeconds: Double
    public var scaling: ScalingSpec

    public init(
        inferenceService: String,
        component: String = "predictor",
        scaleTargetRef: ScaleTargetReference,
        podLabels: [String: String],
        port: Int = 8080,
        probe: ReplicaProbe = .tcp,
        containerConcurrency: Int = 0,
        queueCapacity: Int = 10_000,
        responseStartTimeoutSeconds: Double = 300,
        idleTimeoutSeconds: Double = 0,
        coldStartTimeoutSeconds: Double = 600,
        scaling: ScalingSpec = ScalingSpec()
    ) {
        self.inferenceService = inferenceService
        self.component = component
        self.scaleTargetRef = scaleTargetRef
        self.podLabels = podLabels
        self.port = port
        self.probe = probe
        self.containerConcurrency = containerConcurrency
        self.queueCapacity = queueCapacity
        self.responseStartTimeoutSeconds = responseStartTimeoutSeconds
        self.idleTimeoutSeconds = idleTimeoutSeconds
        self.coldStartTimeoutSeconds = coldStartTimeoutSeconds
        self.scaling = scaling
    }
}

extension RevisionSpec {
    init(reading reader: FieldReader) {
        self.inferenceService = reader.requiredString("inferenceService")
        self.component = reader.requiredString("component")
        self.scaleTargetRef = ScaleTargetReference(reading: reader.required("scaleTargetRef"))
        self.podLabels = reader.required("podSelector").stringMap("matchLabels")
        self.port = reader.requiredInt("port", in: 1...65535)
        self.probe = ReplicaProbe(reading: reader.required("probe"))
        self.containerConcurrency = reader.int("containerConcurrency", in: 0...Int(Int32.max)) ?? 0
        self.queueCapacity = reader.int("queueCapacity", in: 0...Int(Int32.max)) ?? 10_000
        self.responseStartTimeoutSeconds = reader.number("responseStartTimeoutSeconds", in: 0 ... .infinity) ?? 300
        self.idleTimeoutSeconds = reader.number("idleTimeoutSeconds", in: 0 ... .infinity) ?? 0
        self.coldStartTimeoutSeconds = reader.number("coldStartTimeoutSeconds", in: 0 ... .infinity) ?? 600
        self.scaling = ScalingSpec(reading: reader.required("scaling"))
    }

    public var json: JSONValue {
        [
            "inferenceService": .string(self.inferenceService),
            "component": .string(self.component),
            "scaleTargetRef": self.scaleTargetRef.json,
            "podSelector": ["matchLabels": JSONValue(self.podLabels)],
            "port": JSONValue(self.port),
            "probe": self.probe.json,
            "containerConcurrency": JSONValue(self.containerConcurrency),
            "queueCapacity": JSONValue(self.queueCapacity),
            "responseStartTimeoutSeconds": .number(self.responseStartTimeoutSeconds),
            "idleTimeoutSeconds": .number(self.idleTimeoutSeconds),
            "coldStartTimeoutSeconds": .number(self.coldStartTimeoutSeconds),
            "scaling": self.scaling.json,
        ]
    }
}
