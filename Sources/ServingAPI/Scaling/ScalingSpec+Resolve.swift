public import StructuredData

extension ScalingSpec {
    /// Brings fields, annotations and defaults together; every problem is reported at once.
    ///
    /// A field wins over an annotation, as in KServe, and an annotation over the default.
    public static func resolve(
        defaults: ScalingDefaults,
        annotations: [String: String],
        component: ComponentExtension = ComponentExtension()
    ) throws(ProblemList) -> ScalingSpec {
        let reader = AnnotationReader(service: annotations)
        let resolver = ScalingResolver(
            defaults: defaults,
            annotations: reader,
            component: component,
            componentPath: FieldPath("spec.predictor")
        )
        let scaling = resolver.scaling()
        guard reader.problems.isEmpty else { throw ProblemList(reader.problems) }
        return scaling
    }
}

extension InferenceService {
    /// How the predictor scales and how its requests wait, every setting resolved.
    ///
    /// Every problem is reported at once, at the annotation or the field that it comes from.
    public func predictorScaling(
        defaults: ScalingDefaults
    ) throws(ProblemList) -> (scaling: ScalingSpec, limits: RequestLimits) {
        let (scaling, limits, problems) = self.resolvedPredictorScaling(defaults: defaults)
        guard problems.isEmpty else { throw ProblemList(problems) }
        return (scaling, limits)
    }

    func resolvedPredictorScaling(
        defaults: ScalingDefaults
    ) -> (scaling: ScalingSpec, limits: RequestLimits, problems: [Problem]) {
        let component = self.spec.predictor.component
        let path = FieldPath("spec.predictor")
        let reader = AnnotationReader(
            service: self.metadata.annotations,
            component: component.annotations,
            componentPath: path
        )
        let resolver = ScalingResolver(
            defaults: defaults,
            annotations: reader,
            component: component,
            componentPath: path
        )
        return (resolver.scaling(), resolver.limits(), reader.problems)
    }
}
