import StructuredData

extension AdmissionRules {
    mutating func checkCanaries() {
        let canaries = self.service.spec.canary
        guard !canaries.isEmpty else { return }
        let stable = self.service.spec.predictor
        if stable.model == nil, self.json["spec"]?["predictor"]?["model"] == nil {
            self.report("needs a predictor with a 'model'", at: FieldPath("spec.canary"))
        }
        var names: Set<String> = stable.name.map { [$0] } ?? []
        for (index, canary) in canaries.enumerated() {
            let path = FieldPath("spec.canary").element(index).member("predictor")
            let json = self.json["spec"]?["canary"]?[index]?["predictor"]
            self.checkPredictor(canary.predictor, at: path, json: json)
            self.checkCanary(canary.predictor, at: path, &names)
        }
        let sum = canaries.reduce(0) { $0 + $1.trafficPercent }
        if sum > 100 {
            self.report("percentages add up to \(sum), but must be 100 at most", at: FieldPath("spec.canary"))
        }
    }

    private mutating func checkCanary(_ predictor: PredictorSpec, at path: FieldPath, _ names: inout Set<String>) {
        if let name = predictor.name, !name.isEmpty {
            if !names.insert(name).inserted {
                self.report("is '\(name)', which another predictor is called already", at: path.member("name"))
            }
        } else {
            self.report("is required for a canary", at: path.member("name"))
        }
        let component = predictor.component
        let forbidden = [
            ("workerSpec", predictor.worker != nil), ("maxReplicas", component.maxReplicas != nil),
            ("scaleTarget", component.scaleTarget != nil), ("scaleMetric", component.scaleMetric != nil),
            ("targetConcurrency", component.targetConcurrency != nil), ("autoScaling", component.autoScaling != nil),
        ]
        for (key, isSet) in forbidden where isSet {
            self.report("must not be set for a canary: it scales as the stable predictor does", at: path.member(key))
        }
        let stable = self.service.spec.predictor.component.minReplicas ?? 1
        if let least = component.minReplicas, least > stable {
            let message = "is \(least), but must be at most \(stable), as the stable predictor has it"
            self.report(message, at: path.member("minReplicas"))
        }
    }
}
