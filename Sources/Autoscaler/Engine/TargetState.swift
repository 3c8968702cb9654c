import KubernetesClient
import ScalingCore
import ServingAPI
import Timekeeping

/// Everything the engine remembers of one Deployment that it scales.
///
/// Requests, events or both ask for its replicas; one place decides and writes for them together.
struct TargetState: Sendable {
    /// Why the last look at the target decided nothing.
    enum Hold: String, Sendable {
        case workloadUnknown, workloadMissing, replicasUnknown, loadUnknown, eventsUnknown, undecided
    }

    let key: ObjectKey
    /// `nil` for a target that serves no requests of ours.
    var requests: RequestState?
    /// `nil` for a target without a ScaledObject.
    var events: EventState?

    /// The replica count to put back before the target is forgotten.
    var restoring: Int?

    /// By name of the pod.
    private(set) var replicas: [String: ReplicaSnapshot] = [:]
    /// Counted as pods come, change and go, because every decision asks.
    private(set) var readyReplicas = 0
    private(set) var startingReplicas = 0
    var ledger = ScaleLedger()

    /// What the last decision came to, bounds and guards applied; `nil` while nothing is known.
    var desired: Int?
    var hold: Hold?
    /// Why `desired` is not what was wished for, one sentence; `nil` when it is.
    var objection: String?
    /// Whose wish `desired` is.
    var driver = Driver.requests
    var decidedAt: MonotonicInstant?

    /// Whether replicas are wanted and none becomes ready.
    var stuck = StuckStart()
    /// Cores that each replica used when that was last asked; empty while it was not.
    var usage: [String: Double] = [:]
    var measuredAt: MonotonicInstant?
    /// Pods that this autoscaler means to be marked as victims.
    var marked: Set<String> = []

    var decisionDue: MonotonicInstant?
    /// The earliest entry of the heap that stands for this target.
    var scheduled: MonotonicInstant?
    /// Place in the engine's list of targets that are not dormant.
    var activePosition: Int?

    enum Driver: Sendable, Equatable {
        case requests, events
    }

    init(key: ObjectKey) {
        self.key = key
    }

    /// The InferenceService, or what else people call it.
    var service: String { self.requests?.revision.service ?? self.events?.scaling.service ?? self.key.name }
    var subject: String { "\(self.key.namespace)/\(self.service)" }

    /// Pods that serve or will; what ended or is on its way out does not count.
    var activeReplicas: Int { self.readyReplicas + self.startingReplicas }

    /// When each of the starting pods was made.
    var startingSince: [MonotonicInstant] {
        self.startingReplicas == 0 ? [] : self.replicas.values.filter(\.isStarting).map(\.createdAt).sorted()
    }

    /// Takes over what is known of a pod, `nil` when it is gone.
    ///
    /// - Returns: What was known of it before.
    @discardableResult
    mutating func setReplica(_ name: String, _ replica: ReplicaSnapshot?) -> ReplicaSnapshot? {
        let before = self.replicas[name]
        self.replicas[name] = replica
        self.readyReplicas += (replica?.isServing == true ? 1 : 0) - (before?.isServing == true ? 1 : 0)
        self.startingReplicas += (replica?.isStarting == true ? 1 : 0) - (before?.isStarting == true ? 1 : 0)
        return before
    }

    var policy: ScalingPolicyName { self.requests?.revision.configuration.policy ?? .pilotlight }

    /// How long a replica may take to start before it counts as stuck.
    var progressDeadlineSeconds: Double {
        self.requests?.revision.configuration.progressDeadlineSeconds ?? ScalingDefault.progressDeadlineSeconds
    }

    var reason: StatusLedger.Reason? {
        if let hold { return .held(hold) }
        guard self.objection == nil else { return .objected }
        switch self.driver {
        case .requests: return self.requests?.decision.map { .load($0.limits) }
        case .events: return .events
        }
    }

    /// Whether a decision was ever made, so that something is lost when none can be.
    var wasScalable: Bool { self.requests?.decision != nil || self.events?.decision != nil }

    /// Why `desired` is what it is, one sentence with the numbers.
    var explanation: String {
        if let objection { return objection }
        switch self.driver {
        case .requests: return self.requests?.decision?.explanation ?? ""
        case .events: return self.events?.decision?.explanation ?? ""
        }
    }

    /// From timestamps: one that is longer than any start may last tells of a replica that lost its readiness later.
    var knownStartupSeconds: [Double] {
        let limit = self.progressDeadlineSeconds
        return self.replicas.values.compactMap(\.knownStartupSeconds).filter { $0 <= limit }.sorted()
    }

    /// `replicas` within the bounds that the user set.
    func bounded(_ replicas: Int) -> Int {
        var lowest = 0
        var highest = 0
        if let configuration = self.requests?.revision.configuration {
            lowest = max(configuration.minScale, configuration.enableScaleToZero ? 0 : 1)
            highest = configuration.maxScale == 0 ? Int.max : max(configuration.maxScale, lowest)
        }
        if let bounds = self.events?.bounds {
            lowest = max(lowest, bounds.lowerBound)
            highest = max(highest, bounds.upperBound)
        }
        return min(max(replicas, lowest), max(highest, lowest))
    }
}

/// What holds for targets that say nothing else.
private enum ScalingDefault {
    static let progressDeadlineSeconds = 600.0
}
