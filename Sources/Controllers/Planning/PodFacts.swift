import KubernetesClient
import ServingAPI
import StructuredData

/// What the controllers read off one pod of a predictor.
struct PodFacts: Sendable, Equatable {
    enum Stage: Sendable, Equatable {
        /// Not placed, or its image is not there yet.
        case pending
        /// Its model is being fetched, or its server starts.
        case loading
        case ready
        case failed
    }

    /// Why the server of the pod does not run.
    struct Failure: Sendable, Equatable {
        /// Kubernetes's word, `CrashLoopBackOff` for example.
        var reason: String
        var message: String
        /// Of the last process that ended; `nil` when none did.
        var exitCode: Int?
        /// RFC 3339; `nil` when not known.
        var time: String?
    }

    let name: String
    let stage: Stage
    /// Set as soon as something failed, also while a new attempt is being made.
    let failure: Failure?
    /// The template that the pod was made from; `nil` when it does not say.
    let template: String?

    /// Reasons for which a container waits because something takes its time; any other means that something is wrong.
    private static let patientReasons: Set<String> = ["ContainerCreating", "PodInitializing"]

    init(_ pod: KubernetesObject) {
        self.name = pod.name
        self.template = pod.annotations[PlatformName.template]
        let statuses = Self.statuses(pod, "initContainerStatuses") + Self.statuses(pod, "containerStatuses")
        let isReady = Self.isReady(pod)
        self.failure =
            statuses.compactMap { Self.failure(of: $0, isPodReady: isReady) }.first ?? Self.failure(ofPod: pod)
        self.stage = Self.stage(pod, isFailing: self.failure != nil)
    }

    private static func stage(_ pod: KubernetesObject, isFailing: Bool) -> Stage {
        let phase = pod.status["phase"]?.stringValue
        if phase == "Failed" { return .failed }
        if Self.isReady(pod) { return .ready }
        if isFailing { return .failed }
        let hasBegun = (Self.statuses(pod, "initContainerStatuses") + Self.statuses(pod, "containerStatuses"))
            .contains { $0["state"]?["running"] != nil || $0["state"]?["terminated"] != nil }
        return phase == "Running" || hasBegun ? .loading : .pending
    }

    private static func isReady(_ pod: KubernetesObject) -> Bool {
        (pod.status["conditions"]?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "True"
        }
    }

    private static func statuses(_ pod: KubernetesObject, _ field: String) -> [JSONValue] {
        pod.status[field]?.arrayValue ?? []
    }

    private static func failure(of status: JSONValue, isPodReady: Bool) -> Failure? {
        let ended = Self.ended(status["state"]) ?? Self.ended(status["lastState"])
        if let waiting = status["state"]?["waiting"], let reason = waiting["reason"]?.stringValue,
            !reason.isEmpty, !Self.patientReasons.contains(reason)
        {
            let own = waiting["message"]?.stringValue ?? ""
            let last = ended?["message"]?.stringValue ?? ""
            return Failure(
                reason: reason,
                // What the process said last tells more than that it is being started again.
                message: last.isEmpty ? own : last,
                exitCode: ended?["exitCode"]?.intValue,
                time: ended?["finishedAt"]?.stringValue
            )
        }
        if let ended = Self.ended(status["state"]) { return Self.failure(ofProcess: ended) }
        // Started again after a crash: until it serves, the crash is what is known of it. Otherwise a service that keeps
        // crashing would be called failed and starting by turns.
        guard !isPodReady, let ended = Self.ended(status["lastState"]) else { return nil }
        var failure = Self.failure(ofProcess: ended)
        failure.reason = "CrashLoopBackOff"
        return failure
    }

    /// The account of a process that ended with an error.
    private static func ended(_ state: JSONValue?) -> JSONValue? {
        guard let terminated = state?["terminated"], terminated["exitCode"]?.intValue ?? 0 != 0 else { return nil }
        return terminated
    }

    private static func failure(ofProcess ended: JSONValue) -> Failure {
        Failure(
            reason: ended["reason"]?.stringValue ?? "Error",
            message: ended["message"]?.stringValue ?? "",
            exitCode: ended["exitCode"]?.intValue,
            time: ended["finishedAt"]?.stringValue
        )
    }

    private static func failure(ofPod pod: KubernetesObject) -> Failure? {
        guard pod.status["phase"]?.stringValue == "Failed" else { return nil }
        return Failure(
            reason: pod.status["reason"]?.stringValue ?? "Failed",
            message: pod.status["message"]?.stringValue ?? ""
        )
    }
}
