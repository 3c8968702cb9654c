import StructuredData

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
