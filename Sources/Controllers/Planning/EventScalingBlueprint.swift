import KubernetesClient
import ServingAPI
import StructuredData

/// What drives a predictor's replicas besides requests, with every choice made: its queue and its metrics from elsewhere.
struct EventScalingBlueprint: Sendable, Equatable {
    /// Of the ScaledObject.
    let spec: ScaledObjectSpec
    /// What the server has to know to take from the queue; empty when there is none.
    let environment: [EnvironmentVariable]

    /// `nil` when requests alone drive the service.
    ///
    /// - Parameter authentications: The TriggerAuthentications of the service's namespace.
    init?(
        _ service: InferenceService,
        scaling: ScalingSpec,
        deployment: String,
        authentications: [TriggerAuthentication]
    ) throws(Refusal) {
        let predictor = service.spec.predictor
        let triggers =
            [predictor.queue?.trigger].compactMap(\.self)
            + (predictor.component.autoScaling?.metrics ?? []).compactMap(\.trigger)
        guard !triggers.isEmpty else { return nil }
        self.spec = ScaledObjectSpec(
            scaleTargetRef: ScaledTargetReference(.deployment, name: deployment),
            pollingInterval: predictor.queue?.pollingInterval,
            cooldownPeriod: predictor.queue?.cooldownPeriod,
            minReplicaCount: scaling.minScale,
            maxReplicaCount: scaling.maxScale > 0 ? scaling.maxScale : nil,
            advanced: AdvancedScalingSpec(behavior: predictor.component.autoScaling?.behavior),
            triggers: triggers
        )
        self.environment =
            try predictor.queue.map { queue throws(Refusal) in
                try Self.environment(of: queue, authentications)
            } ?? []
    }

    // MARK: The consumer

    /// Parameters of triggers that a consumer needs too, and its names for them.
    private static let variables = [
        "host": "URI", "username": "USERNAME", "password": "PASSWORD", "ca": "CA", "cert": "CERT", "key": "KEY",
        "keyPassword": "KEY_PASSWORD",
    ]

    /// The block as JSON, and its credentials from where they are kept, which the kubelet reads.
    private static func environment(
        of queue: QueueSpec,
        _ authentications: [TriggerAuthentication]
    ) throws(Refusal) -> [EnvironmentVariable] {
        let variable = EnvironmentVariable(name: "PILOTLIGHT_QUEUE", value: queue.consumerJSON.jsonText())
        return [variable] + (try Self.credentials(queue.authenticationRef, authentications))
    }

    private static func credentials(
        _ reference: AuthenticationReference?,
        _ authentications: [TriggerAuthentication]
    ) throws(Refusal) -> [EnvironmentVariable] {
        guard let reference else { return [] }
        guard reference.kind == .namespaced else {
            throw Refusal(
                .invalidPredictorSpec,
                conditionReason: "QueueCredentials",
                message: "spec.predictor.queue: a ClusterTriggerAuthentication names secrets of another namespace, "
                    + "which a pod cannot read; use a TriggerAuthentication"
            )
        }
        guard let authentication = authentications.first(where: { $0.metadata.name == reference.name }) else {
            throw Refusal(
                .invalidPredictorSpec,
                conditionReason: "QueueCredentials",
                message: "spec.predictor.queue: there is no TriggerAuthentication '\(reference.name)'"
            )
        }
        let sources =
            authentication.spec.secretTargetRef.map { ($0, "secretKeyRef") }
            + authentication.spec.configMapTargetRef.map { ($0, "configMapKeyRef") }
        return sources.compactMap { entry, source in
            guard let name = Self.variables[entry.parameter] else { return nil }
            return EnvironmentVariable(json: [
                "name": .string("PILOTLIGHT_QUEUE_\(name)"),
                "valueFrom": [source: ["name": .string(entry.name), "key": .string(entry.key)]],
            ])
        }
    }
}
