import KubernetesClient
import ScalingCore
import ServingAPI
import Timekeeping

/// Everything the engine remembers of one revision.
struct RevisionState: Sendable {
    /// Why the last look at the revision decided nothing.
    enum Hold: String, Sendable {
        case workloadUnknown, workloadMissing, replicasUnknown, loadUnknown, undecided
    }

    var revision: ScaledRevision
    /// Made once the replicas are known, because how many are ready is what a scaler starts from.
    var scaler: RevisionScaler?
    /// By name of the pod.
    private(set) var replicas: [String: ReplicaSnapshot] = [:]
    /// Counted as pods come, change and go, because every decision asks.
    private(set) var readyReplicas = 0
    private(set) var startingReplicas = 0
    var ledger = ScaleLedger()
    var status: StatusLedger
    var loads = ReporterLoads()
    /// What the revision's status said when it was new to this engine.
    let found: RevisionStatus?

    /// When the last request found no replica, until that is old news.
    var wokenAt: MonotonicInstant?
    /// How many waited then, until a later report says how many still do.
    var wokenWaiting = 0
    /// The most requests that waited at the last decision, to see a queue that grows.
    var waitingAtDecision = 0

    /// What the last decision came to, bounds and guards applied; `nil` while nothing is known.
    var desired: Int?
    var decision: ScalingDecision?
    var hold: Hold?
    /// Why `desired` is not what the scaler wished, one sentence; `nil` when it is.
    var objection: String?
    var decidedAt: MonotonicInstant?

    /// Since when replicas are wanted and none is ready.
    var unreadySince: MonotonicInstant?
    /// Pods that this autoscaler means to be marked as victims.
    var marked: Set<String> = []

    var decisionDue: MonotonicInstant?
    /// The earliest entry of the heap that stands for this revision.
    var scheduled: MonotonicInstant?
    /// Place in the engine's list of revisions that are not dormant.
    var activePosition: Int?

    init(revision: ScaledRevision, status: RevisionStatus?) {
        self.revision = revision
        self.status = StatusLedger(found: status)
        self.desired = status?.desiredReplicas
        self.found = status
    }

    var id: RevisionID { self.revision.id }
    var configuration: ScalingConfiguration { self.revision.configuration }

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

    // Before the first decision, what an earlier life of the autoscaler wrote is the best that is known.
    var mode: RevisionStatus.Mode? {
        guard let decision else { return self.found?.mode }
        return decision.isPanicking ? .panic : .stable
    }
    var stableValue: Double? { self.decision == nil ? self.found?.stableValue : self.decision?.stableValue }
    var panicValue: Double? { self.decision == nil ? self.found?.panicValue : self.decision?.panicValue }

    var reason: StatusLedger.Reason? {
        if let hold { return .held(hold) }
        return self.objection == nil ? self.decision.map { .load($0.limits) } : .objected
    }

    /// Whether a decision was ever made, so that something is lost when none can be.
    var wasScalable: Bool { self.decision != nil }

    /// Why `desired` is what it is, one sentence with the numbers.
    var explanation: String { self.objection ?? self.decision?.explanation ?? "" }

    /// Whether the revision had its initial replicas at some time, perhaps in an earlier life of the autoscaler.
    func hasReachedInitialScale(now: MonotonicInstant) -> Bool {
        let initial = self.configuration.initialScale
        // Deployments begin with the initial scale and only a decision made after it was reached goes below.
        let wasLowered = (self.ledger.effective(now: now) ?? initial) < initial
        return wasLowered || self.readyReplicas >= initial || (self.found?.readyReplicas ?? -1) >= initial
    }

    /// From timestamps: one that is longer than any start may last tells of a replica that lost its readiness later.
    var knownStartupSeconds: [Double] {
        let limit = self.configuration.progressDeadlineSeconds
        return self.replicas.values.compactMap(\.knownStartupSeconds).filter { $0 <= limit }.sorted()
    }

    func isWoken(now: MonotonicInstant, hold: Duration) -> Bool {
        guard let wokenAt else { return false }
        return now < wokenAt.advanced(by: hold)
    }

    /// A report came; it is newer than the wake, but may tell of the moment before it.
    ///
    /// So one is kept.
    mutating func heard(waiting: Int, at instant: MonotonicInstant) {
        guard let wokenAt, instant > wokenAt else { return }
        self.wokenWaiting = max(1, min(self.wokenWaiting, waiting))
    }

    /// `replicas` within the bounds that the user set.
    func bounded(_ replicas: Int) -> Int {
        let lowest = max(self.configuration.minScale, self.configuration.enableScaleToZero ? 0 : 1)
        let highest = self.configuration.maxScale == 0 ? Int.max : max(self.configuration.maxScale, lowest)
        return min(max(replicas, lowest), highest)
    }
}
