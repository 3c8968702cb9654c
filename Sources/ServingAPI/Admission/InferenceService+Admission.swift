public import StructuredData

extension InferenceService {
    /// Every mistake in `json`, as a new object or as the successor of `old`.
    ///
    /// - Parameter defaults: What annotations are checked against; the operator's limits in them bind.
    public static func problems(
        of json: JSONValue,
        replacing old: JSONValue? = nil,
        defaults: ScalingDefaults = ScalingDefaults()
    ) -> [Problem] {
        let reader = FieldReader(json)
        let service = InferenceService(reading: reader)
        var rules = AdmissionRules.problems(of: service, json: json)
        rules += service.resolvedPredictorScaling(defaults: defaults).problems
        if let old { rules += service.problems(ofReplacing: old) }
        // A field that could not be read broke that rule first.
        let unread = Set(reader.problems.map(\.path))
        return reader.problems + rules.filter { !unread.contains($0.path) }
    }

    /// Reads, fills in and checks, as the API does before it stores an object; every problem is reported at once.
    public static func admit(
        _ json: JSONValue,
        replacing old: JSONValue? = nil,
        scaling: ScalingDefaults = ScalingDefaults(),
        defaults: InferenceServiceDefaults = InferenceServiceDefaults()
    ) throws(ProblemList) -> InferenceService {
        let problems = Self.problems(of: json, replacing: old, defaults: scaling)
        guard problems.isEmpty else { throw ProblemList(problems) }
        return try InferenceService(json: json).defaulted(defaults)
    }

    /// What must not change.
    private func problems(ofReplacing old: JSONValue) -> [Problem] {
        var problems: [Problem] = []
        let written = self.metadata.annotations[AnnotationName.deploymentMode]
        let recorded = old["status"]?["deploymentMode"]?.stringValue
        if let written, let recorded, !recorded.isEmpty,
            DeploymentMode(annotation: written) != DeploymentMode(annotation: recorded)
        {
            let path = FieldPath("metadata.annotations").member(AnnotationName.deploymentMode)
            let message = "is '\(written)', but must stay '\(recorded)'; delete the service to change it"
            problems.append(Problem(path: path.description, message: message))
        }
        let predictor = old["spec"]?["predictor"]
        let oldName = predictor?["name"]?.stringValue
        let oldUri = predictor?["model"]?["storageUri"]?.stringValue
        if oldName != self.spec.predictor.name, oldUri == self.spec.predictor.anyModel?.storageUri {
            let message = "changes, so 'storageUri' must change too: a new name is for a new model"
            problems.append(Problem(path: "spec.predictor.name", message: message))
        }
        return problems
    }
}
