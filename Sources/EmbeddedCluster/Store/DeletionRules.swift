import KubernetesClient
import StructuredData
import Telemetry

/// What deleting an object does to it.
enum DeletionRules {
    enum Outcome: Sendable {
        case remove
        /// The object stays, marked, until whoever holds it lets go.
        case mark(KubernetesObject)
        case alreadyMarked
    }

    private static let defaultGraceSeconds = 30

    /// A pod that was placed on a node waits for its processes; anything waits for its finalizers.
    static func outcome(of object: KubernetesObject, resource: String, now: WallTime) -> Outcome {
        guard !object.isDeleting else { return .alreadyMarked }
        let grace = resource == ResourceType.pod.description ? Self.graceSeconds(ofPod: object) : 0
        guard grace > 0 || !object.finalizers.isEmpty else { return .remove }
        var marked = object
        // As in Kubernetes, the moment by which the object is to be gone, not the moment of the request.
        let due = WallTime(unixNanoseconds: now.unixNanoseconds + Int64(grace) * 1_000_000_000)
        marked.metadata["deletionTimestamp"] = .string(due.rfc3339)
        marked.metadata["deletionGracePeriodSeconds"] = JSONValue(grace)
        return .mark(marked)
    }

    private static func graceSeconds(ofPod pod: KubernetesObject) -> Int {
        guard pod.spec["nodeName"]?.stringValue ?? "" != "" else { return 0 }
        if let phase = pod.status["phase"]?.stringValue, phase == "Succeeded" || phase == "Failed" { return 0 }
        // A grace of zero would drop the object while its processes live; one second lets them be stopped first.
        return min(max(1, pod.spec["terminationGracePeriodSeconds"]?.intValue ?? Self.defaultGraceSeconds), 86_400)
    }
}
