import KubernetesClient
import ScalingCore
import ServingAPI
import StructuredData
import Telemetry
import Timekeeping

/// The labels and annotations that the autoscaler reads and writes.
enum AutoscalerLabel {
    /// On a pod: the name of its revision.
    static let revision = "pilotlight.dev/revision"
    /// On a pod: the lowest goes first when its Deployment shrinks.
    static let deletionCost = "controller.kubernetes.io/pod-deletion-cost"
    static let victimCost = "-1000"
}

extension ScaledRevision {
    init(_ revision: Revision) {
        self.init(
            id: revision.id,
            uid: revision.metadata.uid,
            service: revision.spec.inferenceService,
            target: ObjectKey(namespace: revision.id.namespace, name: revision.spec.scaleTargetRef.name),
            configuration: ScalingConfiguration(revision.spec.scaling)
        )
    }
}

extension ScalingConfiguration {
    init(_ spec: ScalingSpec) {
        self.init(
            policy: spec.policy == .knative ? .knative : .pilotlight,
            metric: spec.metric == .rps ? .rps : .concurrency,
            target: spec.target,
            total: spec.total,
            targetBurstCapacity: spec.targetBurstCapacity,
            panicThreshold: spec.panicThreshold,
            stableWindowSeconds: spec.stableWindowSeconds,
            panicWindowSeconds: spec.panicWindowSeconds,
            maxScaleUpRate: spec.maxScaleUpRate,
            maxScaleDownRate: spec.maxScaleDownRate,
            minScale: spec.minScale,
            maxScale: spec.maxScale,
            initialScale: spec.initialScale,
            activationScale: spec.activationScale,
            scaleDownDelaySeconds: Double(spec.scaleDownDelaySeconds),
            scaleToZeroGraceSeconds: spec.scaleToZeroGraceSeconds,
            scaleToZeroPodRetentionSeconds: spec.scaleToZeroPodRetentionSeconds,
            enableScaleToZero: spec.enableScaleToZero,
            aggregation: spec.aggregation == .weightedExponential ? .weightedExponential : .linear,
            progressDeadlineSeconds: spec.progressDeadlineSeconds,
            // Whoever wrote the revision has checked it; a rule of a newer version is as good as none.
            keepAlive: spec.keepAlive.flatMap {
                try? KeepAliveConfiguration(named: $0.policy, parameters: $0.parameters)
            }
        )
    }
}

extension ReplicaSnapshot {
    /// Reads a pod.
    ///
    /// - Parameters:
    ///   - isNews: The watch told of the pod as something new, so it was created now. Otherwise its age is read off its
    ///     timestamps, which know whole seconds only.
    ///   - known: What was read of the same pod before.
    init(_ pod: KubernetesObject, isNews: Bool, known: ReplicaSnapshot?, now: MonotonicInstant, wallTime: WallTime) {
        let ready = Self.condition("Ready", of: pod)
        let isReady = ready?["status"]?.stringValue == "True"
        let age =
            pod.creationTimestamp.flatMap { WallTime(rfc3339: $0) }.map { max(0, wallTime.seconds(since: $0)) } ?? 0
        // A watch that was interrupted may tell late of a new pod.
        let isFresh = isNews && age < 2
        let createdAt = known?.createdAt ?? (isFresh ? now : now.advanced(by: .seconds(-age)))
        var startup: Double?
        if known == nil, isReady, !isFresh,
            let readyAt = ready?["lastTransitionTime"]?.stringValue.flatMap({ WallTime(rfc3339: $0) })
        {
            startup = max(0, age - wallTime.seconds(since: readyAt))
        }
        self.init(
            name: pod.name,
            isReady: isReady,
            isDeleting: pod.isDeleting,
            hasEnded: ["Failed", "Succeeded"].contains(pod.status["phase"]?.stringValue),
            isMarkedAsVictim: pod.annotations[AutoscalerLabel.deletionCost] == AutoscalerLabel.victimCost,
            createdAt: createdAt,
            knownStartupSeconds: startup
        )
    }

    private static func condition(_ type: String, of pod: KubernetesObject) -> JSONValue? {
        pod.status["conditions"]?.arrayValue?.first { $0["type"]?.stringValue == type }
    }
}
