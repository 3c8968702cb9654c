import StructuredData

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
