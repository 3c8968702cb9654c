import KubernetesClient
import ServingAPI

/// What the status of a service says about where its predictor stands.
///
/// Conditions are KServe's, with two readings of our own where KServe's would mislead: a service at zero is ready,
/// because the next request is answered; and no condition is false or unknown for good, because Argo CD would never call
/// such a service healthy.
struct StatusPlanner: Sendable {
    let names: ServiceNames
    /// As it is stored.
    let before: InferenceServiceStatus
    let generation: Int
    /// What the service asks for and does not get.
    let unsupported: [UnsupportedFeature]
    /// RFC 3339.
    let now: String

    private typealias Reading = (status: Condition.Status, reason: String?, message: String?)

    // MARK: Whole statuses

    /// - Parameter events: The ScaledObject that drives the predictor, `nil` when there is none.
    func serving(
        _ blueprint: PredictorBlueprint,
        _ state: PredictorState,
        events: KubernetesObject?
    ) -> InferenceServiceStatus {
        var status = self.common()
        self.setEvents(&status, blueprint, events)
        self.set(&status, .predictorReady, self.predictorReady(state))
        self.set(&status, .ingressReady, (.yes, nil, nil))
        self.set(&status, .predictorConfigurationReady, self.configurationReady(state))
        self.set(&status, .predictorRouteReady, (.yes, nil, nil))
        status.conditions.remove(.stopped)
        status.conditions.updateReady(now: self.now)
        status.url = self.names.url
        status.addressUrl = self.names.addressUrl
        status.servingRuntimeName = blueprint.runtime.flatMap { $0.isClusterScoped ? nil : $0.name }
        status.clusterServingRuntimeName = blueprint.runtime.flatMap { $0.isClusterScoped ? $0.name : nil }
        status.components = ["predictor": self.component(state)]
        status.modelStatus = self.modelStatus(state)
        status.replicas = state.total
        status.selector = "\(LabelName.app)=\(self.names.appLabel)"
        return self.finished(status)
    }

    func refused(_ refusal: Refusal) -> InferenceServiceStatus {
        var status = self.common()
        let reading: Reading = (.no, refusal.conditionReason, refusal.message)
        for kind in [Condition.Kind.predictorReady, .predictorConfigurationReady] { self.set(&status, kind, reading) }
        // What was deployed before goes on being served; what never was has no way in.
        for kind in [Condition.Kind.ingressReady, .predictorRouteReady] where !status.conditions.isTrue(kind) {
            self.set(&status, kind, (.no, refusal.conditionReason, "nothing is deployed"))
        }
        status.conditions.remove(.stopped)
        status.conditions.updateReady(now: self.now)
        var model = status.modelStatus ?? ModelStatus()
        model.transition = .invalidSpec
        model.targetState = .failedToLoad
        let known = model.lastFailure
        model.lastFailure = ModelStatus.Failure(
            refusal.reason,
            message: refusal.message,
            modelRevisionName: self.names.predictor,
            time: known?.message == refusal.message ? known?.time : self.now
        )
        status.modelStatus = model
        return self.finished(status)
    }

    func stopped() -> InferenceServiceStatus {
        var status = self.common()
        let reading: Reading = (.no, "Stopped", "the annotation \(AnnotationName.stop) is set")
        for kind in self.names.service.publishedConditions where kind != .ready { self.set(&status, kind, reading) }
        self.set(&status, .stopped, (.yes, "Stopped", nil))
        status.conditions.updateReady(now: self.now)
        status.url = nil
        status.addressUrl = nil
        status.components = [:]
        status.modelStatus = nil
        status.replicas = 0
        return self.finished(status)
    }

    private func common() -> InferenceServiceStatus {
        var status = self.before
        status.observedGeneration = self.generation
        status.deploymentMode = self.names.service.metadata.annotations[AnnotationName.deploymentMode]
        if let unsupported = Condition.unsupported(self.unsupported) {
            status.conditions.set(unsupported, now: self.now)
        } else {
            status.conditions.remove(.unsupportedFeatures)
        }
        return status
    }

    private func finished(_ status: InferenceServiceStatus) -> InferenceServiceStatus {
        var status = status
        let published = self.names.service.publishedConditions
        for kind in [Condition.Kind.predictorConfigurationReady, .predictorRouteReady] where !published.contains(kind) {
            status.conditions.remove(kind)
        }
        return status
    }

    private func set(_ status: inout InferenceServiceStatus, _ kind: Condition.Kind, _ reading: Reading) {
        let condition = Condition(kind, reading.status, reason: reading.reason, message: reading.message)
        status.conditions.set(condition, now: self.now)
    }

    // MARK: Conditions

    /// What the ScaledObject says of its triggers, as far as the service has any.
    private func setEvents(
        _ status: inout InferenceServiceStatus,
        _ blueprint: PredictorBlueprint,
        _ events: KubernetesObject?
    ) {
        guard blueprint.events != nil else { return status.conditions.remove(.triggersReady) }
        let reported = events.map { ScaledObjectStatus(json: $0.status).conditions[.ready] } ?? nil
        guard let reported else {
            return self.set(&status, .triggersReady, (.unknown, "Starting", "no trigger was read yet"))
        }
        self.set(&status, .triggersReady, (reported.status, reported.reason, reported.message))
    }

    private func predictorReady(_ state: PredictorState) -> Reading {
        if let failure = self.standingFailure(state) { return failure }
        switch state.stage {
        case .serving, .atZero:
            // At zero the next request starts a replica, and waits for it.
            return (.yes, nil, nil)
        case .failing(let failure, let pod):
            return (.no, failure.reason, Self.sentence(failure, pod: pod))
        case .stalled(let message):
            return (.no, "ProgressDeadlineExceeded", message)
        case .starting where state.isProven:
            // A cold start: requests are held, not refused.
            return (.yes, nil, nil)
        case .starting:
            return (.unknown, "Deploying", "\(state.ready) of \(state.wanted) replicas are ready")
        }
    }

    /// The failure of the last start, which stands while there are no replicas and while others start: that nothing
    /// runs is no sign that it works.
    ///
    /// A replica that serves, or another configuration, ends it.
    private func standingFailure(_ state: PredictorState) -> Reading? {
        guard state.stage == .atZero || state.stage == .starting, self.before.observedGeneration == self.generation,
            self.before.modelStatus?.transition == .blockedByFailedLoad,
            let failed = self.before.conditions[.predictorReady], failed.status == .no
        else { return nil }
        return (.no, failed.reason, failed.message)
    }

    private func configurationReady(_ state: PredictorState) -> Reading {
        state.isProven ? (.yes, nil, nil) : self.predictorReadyOfNewest(state)
    }

    /// Other pods may serve while those of the newest template fail.
    private func predictorReadyOfNewest(_ state: PredictorState) -> Reading {
        guard case .serving = state.stage else { return self.predictorReady(state) }
        guard let failure = state.failure else { return (.unknown, "Deploying", "the newest revision is starting") }
        return (.no, failure.0.reason, Self.sentence(failure.0, pod: failure.pod))
    }

    private static func sentence(_ failure: PodFacts.Failure, pod: String) -> String {
        let exit = failure.exitCode.map { " (exit code \($0))" } ?? ""
        return failure.message.isEmpty ? "pod \(pod) failed\(exit)" : "pod \(pod)\(exit): \(failure.message)"
    }

    // MARK: Component and model

    private func component(_ state: PredictorState) -> ComponentStatus {
        let before = self.before.components["predictor"]
        let name = self.names.predictor
        return ComponentStatus(
            latestReadyRevision: state.isProven ? name : before?.latestReadyRevision,
            latestCreatedRevision: name,
            traffic: [ComponentStatus.Traffic(revisionName: name, isLatestRevision: true, percent: 100)],
            url: self.names.predictorUrl,
            restUrl: self.names.predictorUrl,
            addressUrl: self.names.addressUrl
        )
    }

    private func modelStatus(_ state: PredictorState) -> ModelStatus {
        var model = ModelStatus(totalCopies: state.total, failedCopies: state.failed)
        model.lastFailure = self.lastFailure(state)
        guard self.standingFailure(state) == nil else {
            (model.transition, model.targetState) = (.blockedByFailedLoad, .failedToLoad)
            return model
        }
        switch state.stage {
        case .serving:
            (model.transition, model.activeState, model.targetState) = (.upToDate, .loaded, .loaded)
        case .atZero:
            (model.transition, model.activeState, model.targetState) = (.upToDate, .standby, .standby)
        case .starting:
            model.transition = .inProgress
            model.activeState = state.isProven ? .standby : nil
            model.targetState = state.loading > 0 ? .loading : .pending
        case .failing, .stalled:
            (model.transition, model.targetState) = (.blockedByFailedLoad, .failedToLoad)
        }
        return model
    }

    private func lastFailure(_ state: PredictorState) -> ModelStatus.Failure? {
        guard let failure = state.failure else {
            // An old failure is of interest until the model serves again.
            if case .serving = state.stage { return nil }
            let known = self.before.modelStatus?.lastFailure
            return known?.reason == .modelLoadFailed ? known : nil
        }
        return ModelStatus.Failure(
            .modelLoadFailed,
            message: failure.0.message.isEmpty ? failure.0.reason : failure.0.message,
            location: failure.pod,
            modelRevisionName: self.names.predictor,
            time: failure.0.time,
            exitCode: failure.0.exitCode
        )
    }
}
