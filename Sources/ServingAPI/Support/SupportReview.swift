import StructuredData

extension InferenceService {
    /// Everything that the service asks for and that this version cannot do, in the order of its fields.
    ///
    /// - Parameter runtime: The runtime that was selected, if that is known: one with a command of its own can serve
    ///   what the bundled server cannot.
    public func unsupportedFeatures(runtime: ServingRuntime? = nil) -> [UnsupportedFeature] {
        var review = SupportReview(service: self, runtime: runtime)
        review.reviewAnnotations()
        review.reviewPredictor()
        review.reviewOtherComponents()
        return review.features
    }
}

/// Walks over a service and notes what cannot be done yet.
struct SupportReview {
    let service: InferenceService
    let runtime: ServingRuntime?
    var features: [UnsupportedFeature] = []

    static let predictorPath = FieldPath("spec.predictor")

    init(service: InferenceService, runtime: ServingRuntime?) {
        self.service = service
        self.runtime = runtime
    }

    mutating func note(_ path: FieldPath, _ sentence: String, isBlocking: Bool = false) {
        self.features.append(
            UnsupportedFeature(path: path.description, sentence: sentence, isBlocking: isBlocking)
        )
    }

    // MARK: Components

    fileprivate mutating func reviewPredictor() {
        let predictor = self.service.spec.predictor
        if let model = predictor.model {
            self.reviewModel(model, at: Self.predictorPath.member("model"))
        }
        for framework in LegacyFramework.allCases {
            guard var model = predictor.legacyModels[framework] else { continue }
            model.format = ModelSpec.Format(name: framework.rawValue)
            self.reviewModel(model, at: Self.predictorPath.member(framework.rawValue))
        }
        if !predictor.storageUris.isEmpty {
            let path = Self.predictorPath.member("storageUris")
            self.note(path, "models cannot be gathered from several places yet; use 'storageUri'", isBlocking: true)
        }
        if predictor.storageContainerName != nil {
            self.note(Self.predictorPath.member("storageContainerName"), "models are not downloaded yet")
        }
        if predictor.worker != nil {
            let path = Self.predictorPath.member("workerSpec")
            self.note(path, "a model cannot be spread over several nodes yet", isBlocking: true)
        }
        self.reviewComponent(predictor.component)
        self.reviewPod(predictor.pod, isCustom: predictor.anyModel == nil)
    }

    fileprivate mutating func reviewOtherComponents() {
        if self.service.spec.transformer != nil {
            let sentence = "transformers are not started yet; requests go straight to the predictor"
            self.note(FieldPath("spec.transformer"), sentence)
        }
        if self.service.spec.explainer != nil {
            let sentence = "explainers are not started yet; requests to explain go to the predictor"
            self.note(FieldPath("spec.explainer"), sentence)
        }
        if !self.service.spec.canary.isEmpty {
            let sentence = "canaries are not started yet; all requests go to the stable predictor"
            self.note(FieldPath("spec.canary"), sentence)
        }
    }

    // MARK: Scaling and what stands around the server

    private mutating func reviewComponent(_ component: ComponentExtension) {
        let path = Self.predictorPath
        if let metric = component.scaleMetric, metric == .cpu || metric == .memory {
            let sentence = "'\(metric.rawValue)' cannot be scaled on yet; the service scales on concurrency with the "
            self.note(path.member("scaleMetric"), sentence + "default target, and 'scaleTarget' has no effect")
        } else if let type = component.scaleMetricType, type != .averageValue {
            let sentence = "'\(type.rawValue)' has no effect; the target is an average per replica"
            self.note(path.member("scaleMetricType"), sentence)
        }
        if let scaling = component.autoScaling { self.reviewScaling(scaling, at: path.member("autoScaling")) }
        if component.canaryTrafficPercent != nil {
            let sentence = "traffic is not divided yet; all of it goes to the newest state of the service"
            self.note(path.member("canaryTrafficPercent"), sentence)
        }
        if component.logger != nil { self.note(path.member("logger"), "requests and responses are not logged yet") }
        if component.batcher != nil, self.service.spec.predictor.anyModel == nil {
            self.note(path.member("batcher"), "only the bundled server runs requests together, and this is another")
        }
    }

    private mutating func reviewScaling(_ scaling: AutoScalingSpec, at path: FieldPath) {
        for (index, metric) in scaling.metrics.enumerated() where metric.trigger == nil {
            let place = path.member("metrics").element(index)
            let what = metric.external?.backend == .graphite ? "metrics of Graphite" : "such metrics"
            self.note(place, "\(what) are not read; the service scales on its requests and on other metrics")
        }
        let hasEvents =
            self.service.spec.predictor.queue != nil || scaling.metrics.contains { $0.trigger != nil }
        if scaling.behavior != nil, !hasEvents {
            let sentence =
                "has no effect on what requests ask for; annotations such as "
                + "'autoscaling.knative.dev/scale-down-delay' have"
            self.note(path.member("behavior"), sentence)
        }
    }
}
