import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry

/// Turns one InferenceService and what is there of it into what should be there and what its status should say.
///
/// A function: equal observations give equal plans, and it neither reads a clock nor asks the API.
struct ServicePlanner: Sendable {
    let settings: ControllerSettings

    /// - Parameter now: RFC 3339.
    func plan(for observation: ServiceObservation, now: String) -> ServicePlan {
        let before = InferenceServiceStatus(json: observation.service.status)
        var plan: ServicePlan
        do throws(ProblemList) {
            let service = try InferenceService(json: observation.service.json).defaulted()
            plan = self.plan(for: service, observation, before, now: now)
        } catch {
            plan = self.unreadable(error, observation, before, now: now)
        }
        plan.news = ServiceNews.all(before: before, plan: plan, observation: observation)
        return plan
    }

    private func plan(
        for service: InferenceService,
        _ observation: ServiceObservation,
        _ before: InferenceServiceStatus,
        now: String
    ) -> ServicePlan {
        let names = ServiceNames(service: service, settings: self.settings)
        let runtime = RuntimeRequest(service).flatMap { try? $0.select(from: observation.runtimes).runtime }
        let status = StatusPlanner(
            names: names,
            before: before,
            generation: observation.service.generation,
            unsupported: service.unsupportedFeatures(runtime: runtime),
            now: now
        )
        if service.isStopped { return self.stopped(names, observation, status) }
        do throws(Refusal) {
            let blueprint = try PredictorBlueprint(
                service,
                runtimes: observation.runtimes,
                authentications: observation.authentications.compactMap { try? TriggerAuthentication(json: $0.json) },
                defaults: self.settings.scaling
            )
            try Self.checkOwnership(observation, isDrivenByEvents: blueprint.events != nil)
            return self.serving(blueprint, names, observation, status)
        } catch {
            // What was deployed before stays: half a change is no reason to stop what works.
            return ServicePlan(status: status.refused(error))
        }
    }

    private func serving(
        _ blueprint: PredictorBlueprint,
        _ names: ServiceNames,
        _ observation: ServiceObservation,
        _ status: StatusPlanner
    ) -> ServicePlan {
        let children = ChildPlanner(names: names, stored: observation.service)
        let template = PredictorTemplate(blueprint, names: names)
        let state = PredictorState(
            observation,
            template: template.hash,
            initialReplicas: ChildPlanner.initialReplicas(blueprint.scaling),
            deadline: (blueprint.scaling.progressDeadlineSeconds, WallTime(rfc3339: status.now))
        )
        var plan = ServicePlan(status: status.serving(blueprint, state, events: observation.scaledObject))
        plan.children = [
            children.revision(blueprint, template, readyTemplate: state.isProven ? template.hash : nil),
            children.deployment(blueprint, template, existing: observation.deployment),
            children.route(hasTraffic: true),
        ]
        let scaledObject = ChildPlan.Identity(type: .scaledObject, key: names.predictorKey)
        if let events = blueprint.events {
            plan.children.append(children.scaledObject(events))
        } else if observation.ownedScaledObject != nil {
            plan.removals.append(scaledObject)
        }
        if state.stage == .starting, let age = PredictorState.oldestAge(observation, now: WallTime(rfc3339: status.now))
        {
            plan.recheckAfterSeconds = max(1, blueprint.scaling.progressDeadlineSeconds - age)
        }
        return plan
    }

    private func stopped(
        _ names: ServiceNames,
        _ observation: ServiceObservation,
        _ status: StatusPlanner
    ) -> ServicePlan {
        var plan = ServicePlan(status: status.stopped())
        plan.children = [ChildPlanner(names: names, stored: observation.service).route(hasTraffic: false)]
        plan.removals = [
            ChildPlan.Identity(type: .deployment, key: names.predictorKey),
            ChildPlan.Identity(type: .revision, key: names.predictorKey),
        ]
        if observation.ownedScaledObject != nil {
            plan.removals.append(ChildPlan.Identity(type: .scaledObject, key: names.predictorKey))
        }
        return plan
    }

    /// Admission lets nothing in that cannot be read; what was stored before a rule was made can still be there.
    private func unreadable(
        _ problems: ProblemList,
        _ observation: ServiceObservation,
        _ before: InferenceServiceStatus,
        now: String
    ) -> ServicePlan {
        let metadata = ObjectMetadata(json: observation.service.metadata.objectValue ?? [:])
        let service = InferenceService(metadata: metadata, spec: InferenceServiceSpec(predictor: PredictorSpec()))
        let status = StatusPlanner(
            names: ServiceNames(service: service, settings: self.settings),
            before: before,
            generation: observation.service.generation,
            unsupported: [],
            now: now
        )
        return ServicePlan(status: status.refused(Refusal(problems)))
    }

    /// Refuses to take over what belongs to somebody else.
    private static func checkOwnership(
        _ observation: ServiceObservation,
        isDrivenByEvents: Bool
    ) throws(Refusal) {
        var children = [observation.deployment, observation.revision, observation.route]
        if isDrivenByEvents { children.append(observation.scaledObject) }
        for child in children {
            guard let child, let owner = child.ownerReferences.first(where: \.isController),
                owner.uid != observation.service.uid
            else { continue }
            throw Refusal(
                .invalidPredictorSpec,
                conditionReason: "NameTaken",
                message: "\(child.kind) \(child.key) belongs to \(owner.kind) \(owner.name); "
                    + "give one of the two services another name"
            )
        }
    }
}
