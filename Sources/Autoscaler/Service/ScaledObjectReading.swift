import Formulas
import KubernetesClient
import ScalingCore
import ServingAPI
import StructuredData
import Telemetry
import Timekeeping

/// A ScaledObject as it stands in the API, read for the autoscaler.
struct ScaledObjectReading: Sendable {
    let key: ObjectKey
    let uid: String
    let object: ScaledObject
    let generation: Int
    /// The Deployment.
    let target: ObjectKey
    /// What people call the target.
    let service: String
    let configuration: ScaledObjectConfiguration
    let createdAt: MonotonicInstant?

    var triggers: [TriggerSpec] { self.object.spec.triggers }
    var usesClusterCredentials: Bool { self.triggers.contains { $0.authenticationRef?.kind == .cluster } }

    /// - Throws: Every mistake of the object that can be told without asking a source.
    init(_ object: KubernetesObject, now: MonotonicInstant, wallTime: WallTime) throws(ProblemList) {
        let read = try ScaledObject.admit(object.json)
        guard let deployment = read.spec.scaleTargetRef.deploymentName else {
            throw ProblemList([Problem(path: "spec.scaleTargetRef.kind", message: "cannot be scaled")])
        }
        self.key = object.key
        self.uid = object.uid
        self.generation = object.generation
        self.object = read
        self.target = ObjectKey(namespace: object.namespace, name: deployment)
        self.service =
            object.labels[LabelName.inferenceService]
            ?? (read.spec.scaleTargetRef.targetKind == .inferenceService ? read.spec.scaleTargetRef.name : deployment)
        self.configuration = try ScaledObjectConfiguration(read)
        // Whole seconds on a clock that may have been set: good enough for cooldowns.
        self.createdAt = object.creationTimestamp.flatMap { WallTime(rfc3339: $0) }.map {
            now.advanced(by: .seconds(-max(0, wallTime.seconds(since: $0))))
        }
    }

    func scaling(triggers made: [TriggerMaking], build: Int) -> EventScaling {
        EventScaling(
            key: self.key,
            uid: self.uid,
            generation: self.generation,
            target: self.target,
            service: self.service,
            configuration: self.configuration,
            triggers: made.map { EventScaling.Trigger(type: $0.type, name: $0.name, problem: $0.problem) },
            build: build,
            restoresReplicas: self.object.spec.advanced.restoreToOriginalReplicaCount,
            createdAt: self.createdAt
        )
    }
}

extension ScaledObjectConfiguration {
    /// - Throws: What is wrong with the formula.
    init(_ object: ScaledObject) throws(ProblemList) {
        let spec = object.spec
        self.init(
            minReplicas: spec.minReplicas,
            maxReplicas: spec.maxReplicas,
            idleReplicas: spec.idleReplicaCount,
            pollingIntervalSeconds: spec.pollingIntervalSeconds,
            cooldownSeconds: spec.cooldownSeconds,
            initialCooldownSeconds: spec.initialCooldownSeconds,
            triggers: spec.triggers.map(TriggerConfiguration.init),
            fallback: spec.fallback.map(ScalingFallback.init),
            modifiers: try spec.advanced.modifiers.map { spec throws(ProblemList) in try ScalingModifiers(spec) },
            behavior: spec.advanced.behavior.map(ScalingBehavior.init),
            pause: ScalingPause(
                isFrozen: object.isPaused,
                replicas: object.pausedReplicas,
                holdsScaleIn: object.pausesScaleIn,
                holdsScaleOut: object.pausesScaleOut
            ),
            forcesActivation: object.forcesActivation
        )
    }
}

extension TriggerConfiguration {
    init(_ spec: TriggerSpec) {
        self.init(
            type: spec.type,
            name: spec.name,
            metricType: MetricType(spec.resolvedMetricType),
            isResource: spec.isResource,
            resourceTarget: spec.isResource ? Self.resourceTarget(of: spec) : nil
        )
    }

    /// Per cent of what is requested, or cores, or bytes.
    private static func resourceTarget(of spec: TriggerSpec) -> Double? {
        guard let text = spec.metadata["value"] else { return nil }
        return Double(text) ?? Quantity(text)?.value
    }
}

extension TriggerConfiguration.MetricType {
    init(_ type: TriggerSpec.MetricType) {
        switch type {
        case .averageValue: self = .averageValue
        case .value: self = .value
        case .utilization: self = .utilization
        }
    }
}

extension TriggerDeclaration.MetricType {
    init(_ type: TriggerSpec.MetricType) {
        switch type {
        case .averageValue: self = .averageValue
        case .value: self = .value
        case .utilization: self = .utilization
        }
    }
}

extension ScalingFallback {
    init(_ spec: FallbackSpec) {
        let behavior: Behavior =
            switch spec.behavior {
            case .fixed: .fixed
            case .currentReplicas: .current
            case .currentReplicasIfHigher: .currentIfHigher
            case .currentReplicasIfLower: .currentIfLower
            case .scalingModifiers: .modifiers
            }
        self.init(behavior: behavior, failureThreshold: spec.failureThreshold, replicas: spec.replicas)
    }
}

extension ScalingModifiers {
    init(_ spec: ScalingModifiersSpec) throws(ProblemList) {
        do throws(FormulaError) {
            self.init(
                formula: try Formula(spec.formula),
                target: spec.targetNumber ?? 1,
                activationTarget: spec.activationNumber ?? 0,
                metricType: spec.metricType.map(TriggerConfiguration.MetricType.init) ?? .averageValue
            )
        } catch {
            throw ProblemList([Problem(path: "spec.advanced.scalingModifiers.formula", message: "\(error)")])
        }
    }
}

extension ScalingBehavior {
    init(_ spec: BehaviorSpec) {
        self.init(
            scaleUp: spec.scaleUp.map(Rules.init) ?? Rules(),
            scaleDown: spec.scaleDown.map(Rules.init) ?? Rules()
        )
    }
}

extension ScalingBehavior.Rules {
    init(_ spec: BehaviorSpec.Rules) {
        let selection: ScalingBehavior.Selection =
            switch spec.selectPolicy {
            case .most, nil: .most
            case .least: .least
            case .disabled: .disabled
            }
        self.init(
            stabilizationWindowSeconds: spec.stabilizationWindowSeconds.map(Double.init),
            policies: spec.policies.map { policy in
                ScalingBehavior.Policy(
                    policy.kind == .pods ? .pods : .percent,
                    policy.value,
                    periodSeconds: Double(policy.periodSeconds)
                )
            },
            selection: selection,
            tolerance: spec.tolerance?.value
        )
    }
}
