public import StructuredData

/// The components of a service.
public struct InferenceServiceSpec: Sendable, Equatable {
    public var predictor: PredictorSpec
    /// Stands in front of the predictor and changes requests and responses.
    public var transformer: TransformerSpec?
    public var explainer: ExplainerSpec?
    /// Further predictors that get a share of the traffic.
    public var canary: [CanarySpec]

    public init(predictor: PredictorSpec) {
        self.predictor = predictor
        self.transformer = nil
        self.explainer = nil
        self.canary = []
    }

    init(reading reader: FieldReader) {
        self.predictor = PredictorSpec(reading: reader.required("predictor"))
        self.transformer = reader.child("transformer").map(TransformerSpec.init(reading:))
        self.explainer = reader.child("explainer").map(ExplainerSpec.init(reading:))
        self.canary = reader.children("canary").map(CanarySpec.init(reading:))
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [
            ("predictor", self.predictor.json), ("transformer", self.transformer.map(\.json)),
            ("explainer", self.explainer.map(\.json)), ("canary", .list(self.canary.map(\.json))),
        ])
    }
}

/// A service of the author's own in front of the predictor.
public struct TransformerSpec: Sendable, Equatable {
    public var pod: PodFields
    public var storageUris: [StorageSource]
    public var component: ComponentExtension

    init(reading reader: FieldReader) {
        self.pod = PodFields(reading: reader)
        self.storageUris = reader.children("storageUris").map(StorageSource.init(reading:))
        self.component = ComponentExtension(reading: reader)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(
            ofPresent: [("storageUris", .list(self.storageUris.map(\.json)))] + self.pod.members
                + self.component.members
        )
    }
}

/// A service that explains predictions: the bundled adversarial one, or containers of the author's own.
public struct ExplainerSpec: Sendable, Equatable {
    public var art: ArtExplainerSpec?
    public var pod: PodFields
    public var component: ComponentExtension

    init(reading reader: FieldReader) {
        self.art = reader.child("art").map(ArtExplainerSpec.init(reading:))
        self.pod = PodFields(reading: reader)
        self.component = ComponentExtension(reading: reader)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [("art", self.art.map(\.json))] + self.pod.members + self.component.members)
    }
}

/// The Adversarial Robustness Toolbox as an explainer.
public struct ArtExplainerSpec: Sendable, Equatable {
    public var type: String?
    public var storageUri: String?
    public var container: Container
    /// The explainer as it was written.
    public let json: JSONValue

    init(reading reader: FieldReader) {
        self.json = .object(reader.object)
        self.type = reader.string("type")
        self.storageUri = reader.string("storageUri")
        _ = reader.string("runtimeVersion")
        _ = reader.stringMap("config")
        _ = reader.child("storage").map(StorageSpec.init(reading:))
        self.container = Container(reading: reader)
        reader.refuseUnknownMembers()
    }
}

/// A predictor that gets a share of the traffic beside the stable one.
public struct CanarySpec: Sendable, Equatable {
    public var predictor: PredictorSpec
    public var trafficPercent: Int

    init(reading reader: FieldReader) {
        self.predictor = PredictorSpec(reading: reader.required("predictor"))
        self.trafficPercent = reader.requiredInt("trafficPercent", in: 0...100)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue { ["predictor": self.predictor.json, "trafficPercent": JSONValue(self.trafficPercent)] }
}
