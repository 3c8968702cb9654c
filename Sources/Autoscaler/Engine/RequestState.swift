import ScalingCore
import ServingAPI
import StructuredData
import Timekeeping

/// What the engine remembers of the requests that one target serves: the revision, and what its scaler makes of them.
struct RequestState: Sendable {
    var revision: ScaledRevision
    /// Made once the replicas are known, because how many are ready is what a scaler starts from.
    var scaler: RevisionScaler?
    var status: StatusLedger
    var loads = ReporterLoads()
    /// What the revision's status said when it was new to this engine.
    let found: RevisionStatus?
    /// When what `found` says of the keep-alive rule was written down, on this engine's clock; `nil` when it says nothing.
    let learnedAt: MonotonicInstant?

    /// What is known of requests that wait between the reports of their number.
    var wake = WakeMemory()
    var decision: ScalingDecision?

    init(revision: ScaledRevision, status: RevisionStatus?, learnedAt: MonotonicInstant?) {
        self.revision = revision
        self.status = StatusLedger(found: status)
        self.found = status
        self.learnedAt = learnedAt
    }

    // MARK: What the keep-alive rule has learned

    /// For the status; `nil` without a rule, and when it is too long to be kept there.
    func keepAliveMemory(now: MonotonicInstant) -> RevisionStatus.KeepAliveMemory? {
        // Before there is a scaler, what an earlier life wrote is still what is known.
        guard let scaler else { return self.found?.keepAlive }
        guard let learned = scaler.keepAliveSnapshot(at: now)?.jsonText(),
            learned.utf8.count <= RevisionStatus.KeepAliveMemory.mostBytes
        else { return nil }
        return RevisionStatus.KeepAliveMemory(time: "", learned: learned)
    }

    /// Gives the scaler what the rule had learned in an earlier life of the autoscaler.
    func restoreKeepAlive(_ scaler: inout RevisionScaler, now: MonotonicInstant) {
        guard let learnedAt, let text = self.found?.keepAlive?.learned, let snapshot = try? JSONParser.parse(text)
        else { return }
        scaler.restoreKeepAlive(snapshot, ageSeconds: max(0, now.seconds(since: learnedAt)), at: now)
    }

    // Before the first decision, what an earlier life of the autoscaler wrote is the best that is known.
    var mode: RevisionStatus.Mode? {
        guard let decision else { return self.found?.mode }
        return decision.isPanicking ? .panic : .stable
    }
    var stableValue: Double? { self.decision == nil ? self.found?.stableValue : self.decision?.stableValue }
    var panicValue: Double? { self.decision == nil ? self.found?.panicValue : self.decision?.panicValue }

    /// Whether a scaler may have reached the initial scale in an earlier life of the autoscaler.
    func hasReachedInitialScale(effective: Int?, ready: Int) -> Bool {
        let initial = self.revision.configuration.initialScale
        // Deployments begin with the initial scale and only a decision made after it was reached goes below.
        let wasLowered = (effective ?? initial) < initial
        return wasLowered || ready >= initial || (self.found?.readyReplicas ?? -1) >= initial
    }

    /// When to ask again although nothing happens: a keep-alive rule wants a replica there before the next request.
    func recheckDue(after now: MonotonicInstant) -> MonotonicInstant? {
        self.decision?.keepAlive?.changesInSeconds.map { now.advanced(by: .seconds($0)) }
    }

    /// Whether nothing waits, nothing is worked on and no average still falls.
    func isQuiet(now: MonotonicInstant, wakeHold: Duration, isHolding: Bool) -> Bool {
        guard self.loads.waiting == 0, self.loads.inFlight == 0 else { return false }
        guard !self.wake.isWoken(now: now, hold: wakeHold) else { return false }
        // While an average still falls, its value in the status would be wrong for ever.
        return isHolding || ((self.decision?.stableValue ?? 0) == 0 && (self.decision?.panicValue ?? 0) == 0)
    }
}
