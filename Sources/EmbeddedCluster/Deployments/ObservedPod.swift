import KubernetesClient
import StructuredData
import Telemetry

/// What a rollout looks at in a pod.
struct ObservedPod: Sendable, Equatable {
    let name: String
    let uid: String
    let templateHash: String
    let isDeleting: Bool
    /// Ended for good: it counts for nothing and is cleared away.
    let isFinished: Bool
    /// Since when it has been ready without a break; `nil` while it is not.
    let readySince: WallTime?
    /// Pods of low cost are removed first.
    let deletionCost: Int
    /// To the second.
    let created: WallTime

    var isReady: Bool { self.readySince != nil }

    /// Ready for at least so long.
    func isAvailable(minReadySeconds: Int, now: WallTime) -> Bool {
        guard let readySince else { return false }
        return minReadySeconds == 0 || now.seconds(since: readySince) >= Double(minReadySeconds)
    }
}

extension ObservedPod {
    static let deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost"

    init(_ pod: KubernetesObject) {
        let phase = pod.status["phase"]?.stringValue
        let ready = pod.status["conditions"]?.arrayValue?.first { $0["type"] == "Ready" }
        self.name = pod.name
        self.uid = pod.uid
        self.templateHash = pod.labels[PodTemplate.hashLabel] ?? ""
        self.isDeleting = pod.isDeleting
        self.isFinished = phase == "Succeeded" || phase == "Failed"
        self.readySince =
            ready?["status"] == "True"
            ? ready?["lastTransitionTime"]?.stringValue.flatMap { WallTime(rfc3339: $0) }
                ?? WallTime(unixNanoseconds: 0)
            : nil
        self.deletionCost = pod.annotations[Self.deletionCostAnnotation].flatMap { Int($0) } ?? 0
        self.created =
            pod.creationTimestamp.flatMap { WallTime(rfc3339: $0) } ?? WallTime(unixNanoseconds: 0)
    }
}
