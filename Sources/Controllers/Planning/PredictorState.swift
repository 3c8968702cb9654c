import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry

/// Where the predictor of a service stands, as its Deployment and its pods show it.
struct PredictorState: Sendable, Equatable {
    enum Stage: Sendable, Equatable {
        /// At least one pod takes requests.
        case serving
        /// No pods and none wanted: the next request starts some.
        case atZero
        case starting
        case failing(PodFacts.Failure, pod: String)
        /// No pod became ready within the progress deadline.
        case stalled(message: String)
    }

    let stage: Stage
    /// Pods that are wanted.
    let wanted: Int
    let total: Int
    let ready: Int
    let failed: Int
    /// Pods whose server has begun to start.
    let loading: Int
    /// Whether a pod made from the current template was ever ready.
    ///
    /// Being at zero, or starting from zero, does not make a service that works unready.
    let isProven: Bool
    /// Why a pod failed although others may serve.
    let failure: (PodFacts.Failure, pod: String)?

    /// - Parameters:
    ///   - template: The hash of the template as planned.
    ///   - initialReplicas: What a new Deployment is made with.
    ///   - deadline: How long a pod may take to become ready, and the moment of the look.
    init(
        _ observation: ServiceObservation,
        template: String,
        initialReplicas: Int,
        deadline: (seconds: Double, now: WallTime?)
    ) {
        let pods = observation.pods.filter { !$0.isDeleting }.map(PodFacts.init)
        self.wanted = observation.deployment?.spec["replicas"]?.intValue ?? initialReplicas
        self.total = pods.count
        self.ready = pods.count { $0.stage == .ready }
        self.failed = pods.count { $0.stage == .failed }
        self.loading = pods.count { $0.stage == .loading }
        self.failure =
            pods.sorted { $0.name < $1.name }.lazy
            .filter { $0.stage != .ready }
            .compactMap { pod in pod.failure.map { ($0, pod: pod.name) } }.first
        let isReadyNow = pods.contains { $0.stage == .ready && $0.template == template }
        let wasReady = observation.revision?.annotations[PlatformName.readyTemplate] == template
        self.isProven = isReadyNow || wasReady
        if self.ready > 0 {
            self.stage = .serving
        } else if self.wanted == 0 {
            self.stage = .atZero
        } else if let failure {
            self.stage = .failing(failure.0, pod: failure.pod)
        } else if let message = Self.stall(observation.deployment) ?? Self.lateness(observation, deadline: deadline) {
            self.stage = .stalled(message: message)
        } else {
            self.stage = .starting
        }
    }

    /// A Deployment watches over the progress of a new template only; a cold start of one that worked is watched here.
    private static func lateness(
        _ observation: ServiceObservation,
        deadline: (seconds: Double, now: WallTime?)
    ) -> String? {
        guard let oldest = Self.oldestAge(observation, now: deadline.now), oldest >= deadline.seconds else {
            return nil
        }
        return "no replica became ready within \(Int(deadline.seconds)) s"
    }

    /// Seconds since the oldest pod that is not on its way out was made.
    static func oldestAge(_ observation: ServiceObservation, now: WallTime?) -> Double? {
        guard let now else { return nil }
        return observation.pods.filter { !$0.isDeleting }
            .compactMap { $0.creationTimestamp.flatMap { WallTime(rfc3339: $0) } }
            .map { now.seconds(since: $0) }
            .max()
    }

    private static func stall(_ deployment: KubernetesObject?) -> String? {
        let conditions = deployment?.status["conditions"]?.arrayValue ?? []
        let progressing = conditions.first { $0["type"]?.stringValue == "Progressing" }
        guard progressing?["status"]?.stringValue == "False" else { return nil }
        return progressing?["message"]?.stringValue ?? "no replica became ready in time"
    }

    static func == (left: PredictorState, right: PredictorState) -> Bool {
        left.stage == right.stage && left.wanted == right.wanted
            && left.total == right.total
            && left.ready == right.ready && left.failed == right.failed && left.loading == right.loading
            && left.isProven == right.isProven
    }
}
