import ServingAPI
import StructuredData

/// The pod template of a predictor, and the name of what its author decides about it.
///
/// Pods are replaced when their template changes. A new release of this program that puts something else into a template
/// must not restart every model, so what the author decides is named by a hash, and a Deployment whose hash is still
/// right keeps the template that it has.
struct PredictorTemplate: Sendable, Equatable {
    /// metadata and spec, everything included.
    let json: JSONValue
    /// The author's part of it.
    let authored: JSONValue
    /// Names the author's part.
    let hash: String

    /// Bounds of the grace period that a pod gets when its author sets none.
    private static let graceSeconds = 30.0...300.0

    init(_ blueprint: PredictorBlueprint, names: ServiceNames) {
        let labels = Self.labels(blueprint, names: names)
        var annotations = blueprint.pod.annotations.filter { Self.isForPods($0.key) }
        annotations[AnnotationName.storageSource] = blueprint.storageUri

        let podSpec = Self.podSpec(blueprint)
        self.authored = [
            "metadata": ["labels": JSONValue(labels), "annotations": JSONValue(annotations)], "spec": podSpec,
        ]
        self.hash = StableHash.text(of: self.authored)
        annotations[AnnotationName.drain] = PlatformName.drainByActivator
        annotations[PlatformName.template] = self.hash
        self.json = [
            "metadata": ["labels": JSONValue(labels), "annotations": JSONValue(annotations)],
            "spec": Self.completed(podSpec, blueprint),
        ]
    }

    private static func labels(_ blueprint: PredictorBlueprint, names: ServiceNames) -> [String: String] {
        let own = [
            LabelName.app: names.appLabel, LabelName.inferenceService: names.service.name,
            LabelName.component: "predictor", LabelName.revision: names.predictor,
        ]
        return blueprint.pod.labels.merging(own) { $1 }
    }

    /// Annotations that tell controllers something and say nothing about a pod: were they copied, a changed bound would
    /// replace every pod.
    static func isForPods(_ annotation: String) -> Bool {
        let prefixes = [
            AnnotationName.autoscalingPrefix, AnnotationName.ownAutoscalingPrefix, AnnotationName.ownPrefix,
            "kubectl.kubernetes.io/",
            "argocd.argoproj.io/",
        ]
        let names: Set<String> = [
            AnnotationName.storageSource, AnnotationName.modelFormat, AnnotationName.stop,
            AnnotationName.deploymentMode, AnnotationName.autoscalerClass, AnnotationName.disableAutoUpdate,
            AnnotationName.gpuResourceTypes, AnnotationName.progressDeadline, AnnotationName.rolloutDuration,
        ]
        return !names.contains(annotation) && !prefixes.contains { annotation.hasPrefix($0) }
    }

    /// The pod as runtime and author make it.
    private static func podSpec(_ blueprint: PredictorBlueprint) -> JSONValue {
        var spec = JSONObject()
        if !blueprint.pod.initContainers.isEmpty {
            spec["initContainers"] = .array(blueprint.pod.initContainers.map { .object($0.json) })
        }
        spec["containers"] = .array(
            blueprint.pod.containers.enumerated().map { index, container in
                var container = container
                if index == 0 {
                    Self.addVariables(blueprint.events?.environment ?? [], to: &container)
                    Self.addVariables(Self.batching(blueprint.service.spec.predictor.component.batcher), to: &container)
                }
                if !container.env.contains(where: { $0.name == "INFERENCE_SERVICE_NAME" }) {
                    let name = EnvironmentVariable(name: "INFERENCE_SERVICE_NAME", value: blueprint.service.name)
                    container.env.append(name)
                }
                return .object(container.json)
            }
        )
        for (key, value) in blueprint.pod.podFields { spec[key] = value }
        return .object(spec)
    }

    /// KServe's batcher as the bundled server is told of it; a server of one's own passes it over.
    private static func batching(_ batcher: BatcherSpec?) -> [EnvironmentVariable] {
        guard let batcher else { return [] }
        // KServe makes every request wait five seconds for company unless told otherwise; here none waits.
        let latency = batcher.maxLatencyMilliseconds ?? 0
        return [
            EnvironmentVariable(name: "PILOTLIGHT_MAX_BATCH_SIZE", value: "\(batcher.maxBatchSize ?? 32)"),
            EnvironmentVariable(name: "PILOTLIGHT_MAX_BATCH_DELAY", value: "\(latency)"),
        ]
    }

    /// A variable that the author wrote stays.
    private static func addVariables(_ variables: [EnvironmentVariable], to container: inout Container) {
        let written = Set(container.env.map(\.name))
        container.env += variables.filter { !written.contains($0.name) }
    }

    /// `authored` with what the platform adds where its author wrote nothing.
    private static func completed(_ authored: JSONValue, _ blueprint: PredictorBlueprint) -> JSONValue {
        var spec = authored
        if spec["terminationGracePeriodSeconds"] == nil {
            let grace = min(
                max(blueprint.limits.responseStartTimeoutSeconds, Self.graceSeconds.lowerBound),
                Self.graceSeconds.upperBound
            )
            spec["terminationGracePeriodSeconds"] = JSONValue(Int(grace))
        }
        guard var containers = spec["containers"]?.arrayValue, !containers.isEmpty,
            containers[0]["readinessProbe"] == nil
        else { return spec }
        containers[0]["readinessProbe"] = Self.readinessProbe(blueprint)
        spec["containers"] = .array(containers)
        return spec
    }

    /// KServe's default is a TCP probe every ten seconds; ours comes every second, because a replica counts for scaling
    /// only once its probe has answered.
    ///
    /// The bundled server says itself when its model is loaded.
    private static func readinessProbe(_ blueprint: PredictorBlueprint) -> JSONValue {
        var probe: JSONValue = [
            "timeoutSeconds": 1, "periodSeconds": 1, "successThreshold": 1, "failureThreshold": 3,
        ]
        switch ReplicaProbe.standard(for: blueprint.pod.server) {
        case .http(let path): probe["httpGet"] = ["path": .string(path), "port": JSONValue(blueprint.port)]
        case .tcp: probe["tcpSocket"] = ["port": JSONValue(blueprint.port)]
        }
        return probe
    }
}
