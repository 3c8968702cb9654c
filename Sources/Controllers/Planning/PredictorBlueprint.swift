import ServingAPI
import StructuredData

/// The predictor of one service with every choice made: its runtime, its pod, how it scales.
struct PredictorBlueprint: Sendable {
    let service: InferenceService
    /// `nil` when the author brings containers of their own.
    let runtime: ServingRuntime?
    let pod: MergedPredictor
    let scaling: ScalingSpec
    /// `nil` when requests alone drive the replicas.
    let events: EventScalingBlueprint?
    let limits: RequestLimits
    /// As it was written; `nil` when there is no model to fetch.
    let storageUri: String?

    /// The port that requests go to, unless a pod says otherwise.
    var port: Int { self.pod.server.servingPort }
}

extension PredictorBlueprint {
    /// Makes every choice, or says what stands in the way.
    ///
    /// - Parameter authentications: The TriggerAuthentications of the service's namespace.
    init(
        _ service: InferenceService,
        runtimes: [ServingRuntime],
        authentications: [TriggerAuthentication] = [],
        defaults: ScalingDefaults
    ) throws(Refusal) {
        self.service = service
        var scaling: ScalingSpec
        do throws(ProblemList) {
            (scaling, self.limits) = try service.predictorScaling(defaults: defaults)
        } catch {
            throw Refusal(error)
        }
        self.events = try EventScalingBlueprint(
            service,
            scaling: scaling,
            deployment: service.predictorName,
            authentications: authentications
        )
        // What works on a queue has nothing to show before there is work.
        let isInitialScaleWritten = service.predictorAnnotations[Self.initialScale] != nil
        if service.spec.predictor.queue != nil, scaling.minScale == 0, !isInitialScaleWritten {
            scaling.initialScale = 0
        }
        self.scaling = scaling
        self.storageUri = service.spec.predictor.anyModel?.storageUri
        if let custom = service.customPredictor {
            self.runtime = nil
            self.pod = custom
            try Self.checkSupport(service, runtime: nil)
            return
        }
        let selection = try Self.selection(for: service, among: runtimes)
        try Self.checkSupport(service, runtime: selection.runtime)
        self.runtime = selection.runtime
        do throws(ProblemList) {
            self.pod = try selection.runtime.merged(with: service)
        } catch {
            throw Refusal(error)
        }
    }

    private static let initialScale = AnnotationName.autoscalingPrefix + "initial-scale"

    /// Refuses a service that could not do what its author asks for at all: a model that cannot be fetched, a server
    /// that cannot run.
    ///
    /// What only goes without an extra runs, and says so in a condition.
    private static func checkSupport(_ service: InferenceService, runtime: ServingRuntime?) throws(Refusal) {
        let blocking = service.unsupportedFeatures(runtime: runtime).filter(\.isBlocking)
        guard !blocking.isEmpty else { return }
        throw Refusal(
            .invalidPredictorSpec,
            conditionReason: "UnsupportedFeatures",
            message: blocking.map(\.description).joined(separator: "; ")
        )
    }

    private static func selection(
        for service: InferenceService,
        among runtimes: [ServingRuntime]
    ) throws(Refusal) -> RuntimeSelection {
        guard let request = RuntimeRequest(service) else {
            throw Refusal(
                .invalidPredictorSpec,
                conditionReason: "InvalidSpec",
                message: "spec.predictor: needs a 'model', or 'containers' that serve one"
            )
        }
        do throws(RuntimeSelectionError) {
            return try request.select(from: runtimes)
        } catch {
            throw Refusal(error.reason, message: error.message)
        }
    }
}
