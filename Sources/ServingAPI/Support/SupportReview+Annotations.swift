import StructuredData

extension SupportReview {
    private static let annotationsPath = FieldPath("metadata.annotations")

    /// Names behind `autoscaling.knative.dev/`.
    private static let scalingNames = [
        "class", "metric", "target", "target-utilization-percentage", "target-burst-capacity", "min-scale", "max-scale",
        "initial-scale", "activation-scale", "scale-down-delay", "scale-to-zero-pod-retention-period", "window",
        "panic-window-percentage", "panic-threshold-percentage", "metric-aggregation-algorithm",
    ]

    /// Annotations behind `pilotlight.dev/` that users may set on a service.
    private static let ownNames = ["policy", "queue-capacity", "cold-start-timeout", "idle-timeout", "example"]

    /// Annotations behind `autoscaling.pilotlight.dev/`.
    private static let ownScalingNames = ["keep-alive", "keep-alive-parameters"]

    mutating func reviewAnnotations() {
        if self.service.deploymentMode == .modelMesh {
            let sentence = "one server for many models is not supported yet; the service gets replicas of its own"
            self.note(Self.annotationsPath.member(AnnotationName.deploymentMode), sentence)
        }
        if let scaler = self.service.metadata.annotations[AnnotationName.autoscalerClass], scaler != "none" {
            let sentence = "'\(scaler)' is not used; Pilotlight scales the service itself"
            self.note(Self.annotationsPath.member(AnnotationName.autoscalerClass), sentence)
        }
        let component = self.service.spec.predictor.component
        self.reviewAnnotations(self.service.metadata.annotations, at: Self.annotationsPath)
        self.reviewAnnotations(component.annotations, at: Self.predictorPath.member("annotations"))
    }

    private mutating func reviewAnnotations(_ annotations: [String: String], at path: FieldPath) {
        for (key, value) in annotations.sorted(by: { $0.key < $1.key }) {
            let place = path.member(key)
            if key.hasPrefix(AnnotationName.autoscalingPrefix) {
                let name = Self.presentSpelling(of: key.dropFirst(AnnotationName.autoscalingPrefix.count))
                self.reviewScaling(name, value, at: place)
            } else if key.hasPrefix(AnnotationName.ownPrefix) {
                let name = String(key.dropFirst(AnnotationName.ownPrefix.count))
                guard !Self.ownNames.contains(name) else { continue }
                let hint = NearestName.hint(for: name, among: Self.ownNames)
                self.note(place, "is no annotation that is known\(hint)")
            } else if key.hasPrefix(AnnotationName.ownAutoscalingPrefix) {
                let name = String(key.dropFirst(AnnotationName.ownAutoscalingPrefix.count))
                guard !Self.ownScalingNames.contains(name) else { continue }
                let hint = NearestName.hint(for: name, among: Self.ownScalingNames)
                self.note(place, "is no annotation that is known\(hint)")
            } else if key == AnnotationName.rolloutDuration {
                self.note(place, "traffic is not moved gradually yet")
            } else if key == AnnotationName.disableAutoUpdate, value == "true" {
                self.note(place, "has no effect yet; the service follows its runtime")
            }
        }
    }

    private mutating func reviewScaling(_ name: String, _ value: String, at path: FieldPath) {
        let component = self.service.spec.predictor.component
        switch name {
        case "class" where value != "kpa.autoscaling.knative.dev":
            self.note(path, "'\(value)' is not used; Pilotlight scales the service itself")
        case "metric" where value != "concurrency" && value != "rps" && component.scaleMetric == nil:
            let sentence = "'\(value)' cannot be scaled on yet; the service scales on concurrency"
            self.note(path, sentence)
        case "min-scale":
            self.noteOverride(path, value, by: component.minReplicas, "minReplicas")
        case "max-scale":
            self.noteOverride(path, value, by: component.maxReplicas, "maxReplicas")
        case "target":
            self.noteOverride(path, value, by: component.scaleTarget, "scaleTarget")
        default:
            guard !Self.scalingNames.contains(name) else { return }
            let hint = NearestName.hint(for: name, among: Self.scalingNames)
            self.note(path, "is no annotation that is known\(hint)")
        }
    }

    /// A field that says something else than the annotation wins, as it does in KServe.
    private mutating func noteOverride(_ path: FieldPath, _ value: String, by field: Int?, _ name: String) {
        guard let field, Double(value) != Double(field) else { return }
        self.note(path, "'\(value)' has no effect: 'spec.predictor.\(name)' is \(field) and wins")
    }

    /// `minScale` was once how `min-scale` was written.
    private static func presentSpelling(of name: Substring) -> String {
        name.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }
}
