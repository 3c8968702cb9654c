import KubernetesClient
import ServingAPI
import StructuredData
import Testing

@testable import Controllers

/// Services as users write them, and plans for them at a fixed moment.
enum Fixture {
    static let now = "2026-11-21T12:00:00Z"

    /// A service as the API stores it.
    static func service(
        _ predictor: JSONValue,
        name: String = "iris",
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        generation: Int = 1
    ) -> KubernetesObject {
        var object = KubernetesObject(.inferenceService, ObjectKey(namespace: "default", name: name))
        object.labels = labels
        object.annotations = annotations
        object.metadata["uid"] = .string("uid-of-\(name)")
        object.metadata["generation"] = JSONValue(generation)
        object.spec = ["predictor": predictor]
        return object
    }

    /// A model that the bundled server serves.
    static func onnx(_ further: JSONValue = [:]) -> JSONValue {
        var predictor: JSONValue = [
            "model": ["modelFormat": ["name": "onnx"], "storageUri": "file:///srv/models/iris"]
        ]
        for (key, value) in further.objectValue ?? [:] { predictor[key] = value }
        return predictor
    }

    static func observation(_ service: KubernetesObject) -> ServiceObservation {
        ServiceObservation(service: service, runtimes: ServiceObservation.runtimes(stored: []))
    }

    static func plan(
        _ observation: ServiceObservation,
        settings: ControllerSettings = ControllerSettings(),
        now: String = Self.now
    ) -> ServicePlan {
        ServicePlanner(settings: settings).plan(for: observation, now: now)
    }

    /// The observation after everything that its plan asks for was written.
    static func carriedOut(_ observation: ServiceObservation) -> ServiceObservation {
        var observation = observation
        let plan = Self.plan(observation)
        for child in plan.children {
            switch child.type {
            case .deployment: observation.deployment = Self.stored(child, over: observation.deployment)
            case .revision: observation.revision = Self.stored(child, over: observation.revision)
            case .scaledObject: observation.scaledObject = Self.stored(child, over: observation.scaledObject)
            default: observation.route = Self.stored(child, over: observation.route)
            }
        }
        observation.service.status = plan.status.json
        return observation
    }

    private static func stored(_ child: ChildPlan, over stored: KubernetesObject?) -> KubernetesObject? {
        switch ChildDiff(planned: child, stored: stored) {
        case .create(let object), .update(let object): object
        case .nothing: stored
        }
    }

    /// A pod of the service, made from the template that is planned for it.
    static func pod(
        _ name: String,
        of observation: ServiceObservation,
        ready: Bool,
        container: JSONValue? = nil,
        phase: String = "Running"
    ) -> KubernetesObject {
        var pod = KubernetesObject(.pod, ObjectKey(namespace: "default", name: name))
        let template = observation.deployment?.spec["template"]?["metadata"]
        pod.metadata["labels"] = template?["labels"]
        pod.metadata["annotations"] = template?["annotations"]
        let running: JSONValue = ["name": "kserve-container", "state": ["running": [:]]]
        pod.status = [
            "phase": .string(phase), "conditions": [["type": "Ready", "status": ready ? "True" : "False"]],
            "containerStatuses": [container ?? running],
        ]
        return pod
    }

    static func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(text.utf8) }
}

extension ServicePlan {
    func child(_ type: ResourceType) throws -> KubernetesObject {
        try #require(self.children.first { $0.type == type }).object
    }

    func condition(_ kind: Condition.Kind) -> String? {
        self.status.conditions[kind].map { condition in
            condition.status.rawValue + (condition.reason.map { " \($0)" } ?? "")
        }
    }
}
