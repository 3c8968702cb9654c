import KubernetesClient
import ServingAPI
import StructuredData

/// One container of a pod as the runner sees it.
struct ContainerDescription: Sendable, Equatable {
    enum Role: Sendable, Equatable {
        /// Runs to its end before what follows begins.
        case initial
        /// An init container that stays: what follows begins once it has started.
        case sidecar
        case main
    }

    let name: String
    let role: Role
    let container: Container
    let probes: [ProbeKind: ProbeSpec]

    init(_ container: Container, role: Role) {
        self.name = container.name ?? ""
        self.role = role
        self.container = container
        var probes: [ProbeKind: ProbeSpec] = [:]
        if role != .initial {
            probes[.startup] = ProbeSpec(json: container.json["startupProbe"])
            probes[.readiness] = ProbeSpec(json: container.json["readinessProbe"])
            probes[.liveness] = ProbeSpec(json: container.json["livenessProbe"])
        }
        self.probes = probes
    }
}

/// What does not change in a pod while it lives.
struct PodDescription: Sendable, Equatable {
    enum RestartPolicy: String, Sendable {
        case always = "Always"
        case onFailure = "OnFailure"
        case never = "Never"
    }

    let key: ObjectKey
    let uid: String
    /// In the order in which they start: init containers first.
    let containers: [ContainerDescription]
    let restartPolicy: RestartPolicy
    /// From the request to end to the kill.
    let grace: Duration
    /// Whether the activator says when the last request is out.
    let isDrained: Bool
    /// Whom the pod belongs to in the eyes of people: the service, its Deployment, or the pod itself.
    let subject: String

    init(_ pod: KubernetesObject) {
        func containers(_ field: String) -> [Container] {
            (pod.spec[field]?.arrayValue ?? []).compactMap { $0.objectValue.map(Container.init(json:)) }
        }
        self.key = pod.key
        self.uid = pod.uid
        self.containers =
            containers("initContainers").map { container in
                ContainerDescription(container, role: container.json["restartPolicy"] == "Always" ? .sidecar : .initial)
            } + containers("containers").map { ContainerDescription($0, role: .main) }
        self.restartPolicy = pod.spec["restartPolicy"]?.stringValue.flatMap(RestartPolicy.init) ?? .always
        self.grace = .seconds(max(1, pod.spec["terminationGracePeriodSeconds"]?.intValue ?? 30))
        self.isDrained = pod.annotations[AnnotationName.drain] == "activator"
        let owner = pod.ownerReferences.first { $0.isController && $0.kind == ResourceType.deployment.kind }
        let service = pod.labels[LabelName.inferenceService] ?? owner?.name ?? pod.name
        self.subject = pod.namespace.isEmpty ? service : "\(pod.namespace)/\(service)"
    }
}
