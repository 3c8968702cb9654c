import KubernetesClient
import ServingAPI
import StructuredData

/// The objects that belong to one service, as they should be.
struct ChildPlanner: Sendable {
    let names: ServiceNames
    let owner: OwnerReference

    /// - Parameter stored: The service as it is stored, for its uid.
    init(names: ServiceNames, stored: KubernetesObject) {
        self.names = names
        self.owner = stored.asOwner()
    }

    /// - Parameter existing: Whose selector stays, since selectors cannot be changed.
    func deployment(
        _ blueprint: PredictorBlueprint,
        _ template: PredictorTemplate,
        existing: KubernetesObject?
    ) -> ChildPlan {
        var object = self.object(.deployment, self.names.predictorKey)
        object.annotations[PlatformName.template] = template.hash
        var spec: JSONValue = [
            // Set for a new Deployment only; from then on the number is the autoscaler's.
            "replicas": JSONValue(Self.initialReplicas(blueprint.scaling)),
            "selector": existing?.spec["selector"] ?? ["matchLabels": [LabelName.app: .string(self.names.appLabel)]],
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": JSONValue(Int(blueprint.scaling.progressDeadlineSeconds.rounded(.up))),
        ]
        spec["strategy"] = blueprint.service.spec.predictor.component.deploymentStrategy
        spec["template"] = template.json
        object.spec = spec
        return ChildPlan(type: .deployment, object: object, authoredTemplate: template.authored)
    }

    /// - Parameter readyTemplate: The last template of which a pod became ready.
    func revision(_ blueprint: PredictorBlueprint, _ template: PredictorTemplate, readyTemplate: String?) -> ChildPlan {
        var object = self.object(.revision, self.names.predictorKey)
        object.annotations[PlatformName.template] = template.hash
        object.annotations[PlatformName.readyTemplate] = readyTemplate
        var spec = RevisionSpec(
            inferenceService: self.names.service.name,
            component: "predictor",
            scaleTargetRef: .deployment(self.names.predictor),
            podLabels: [LabelName.revision: self.names.predictor],
            port: blueprint.port,
            probe: ReplicaProbe(for: blueprint.pod.server),
            scaling: blueprint.scaling
        )
        spec.apply(blueprint.limits)
        object.spec = spec.json
        return ChildPlan(type: .revision, object: object)
    }

    func scaledObject(_ events: EventScalingBlueprint) -> ChildPlan {
        var object = self.object(.scaledObject, self.names.predictorKey)
        object.spec = events.spec.json
        return ChildPlan(type: .scaledObject, object: object)
    }

    /// - Parameter hasTraffic: `false` while the service is stopped: it is then known, but led nowhere.
    func route(hasTraffic: Bool) -> ChildPlan {
        var object = self.object(.route, self.names.routeKey)
        object.spec =
            RouteSpec(
                inferenceService: self.names.service.name,
                hosts: self.names.hosts,
                pathPrefixes: [self.names.pathPrefix],
                traffic: hasTraffic ? [RouteSpec.Traffic(revision: self.names.predictor, percent: 100)] : []
            ).json
        return ChildPlan(type: .route, object: object)
    }

    /// Enough to show that the revision works and to meet its bounds.
    static func initialReplicas(_ scaling: ScalingSpec) -> Int {
        let wanted = max(scaling.minScale, scaling.initialScale)
        return scaling.maxScale > 0 ? min(wanted, scaling.maxScale) : wanted
    }

    private func object(_ type: ResourceType, _ key: ObjectKey) -> KubernetesObject {
        var object = KubernetesObject(type, key)
        object.labels = [
            LabelName.app: self.names.appLabel, LabelName.inferenceService: self.names.service.name,
            LabelName.component: "predictor", PlatformName.managedByLabel: PlatformName.manager,
        ]
        object.ownerReferences = [self.owner]
        return object
    }
}
