import Telemetry

/// What a deployment wants of its pods.
struct RolloutTarget: Sendable, Equatable {
    var replicas: Int
    var templateHash: String
    var limits: RolloutLimits
    /// All old pods go before the first new one comes.
    var isRecreate = false
    /// Scales, but replaces nothing.
    var isPaused = false
    var minReadySeconds = 0
}

/// The next step from the pods there are to the pods that are wanted; pure.
///
/// It never creates beyond `replicas + surge` and never removes an available pod when that would leave fewer than
/// `replicas - unavailable`. Carried out again and again as pods become ready and go, it ends with the wanted pods.
struct RolloutPlan: Sendable, Equatable {
    /// Pods of the present template to create.
    private(set) var creations = 0
    private(set) var removals: [ObservedPod] = []

    init(_ target: RolloutTarget, pods: [ObservedPod], now: WallTime) {
        let active = pods.filter { !$0.isDeleting && !$0.isFinished }
        let new = active.filter { $0.templateHash == target.templateHash }
        let old = active.filter { $0.templateHash != target.templateHash }
        self.removals = pods.filter { $0.isFinished && !$0.isDeleting }

        if target.isPaused, !old.isEmpty {
            self.remove(active.count - target.replicas, of: active)
        } else if target.isRecreate {
            self.recreate(target, new: new, old: old, pods: pods)
        } else if old.isEmpty {
            self.settle(target, new: new)
        } else {
            self.roll(target, new: new, old: old, now: now)
        }
    }

    private mutating func settle(_ target: RolloutTarget, new: [ObservedPod]) {
        self.creations = max(0, target.replicas - new.count)
        self.remove(new.count - target.replicas, of: new)
    }

    private mutating func recreate(
        _ target: RolloutTarget,
        new: [ObservedPod],
        old: [ObservedPod],
        pods: [ObservedPod]
    ) {
        self.removals += old
        let isOldLeft = pods.contains { $0.templateHash != target.templateHash && !$0.isFinished }
        if !isOldLeft { self.settle(target, new: new) }
    }

    private mutating func roll(_ target: RolloutTarget, new: [ObservedPod], old: [ObservedPod], now: WallTime) {
        let room = target.replicas + target.limits.surge - new.count - old.count
        self.creations = max(0, min(target.replicas - new.count, room))
        self.remove(new.count - target.replicas, of: new)

        func isAvailable(_ pod: ObservedPod) -> Bool {
            pod.isAvailable(minReadySeconds: target.minReadySeconds, now: now)
        }
        let availableNew = min(new.count(where: isAvailable), target.replicas)
        let availableOld = old.filter(isAvailable)
        let needed = max(0, target.replicas - target.limits.unavailable)
        // Pods that serve nobody go first, but not all at once: a broken new template must not take everything along.
        let removable = max(0, old.count + availableNew - needed)
        let broken = Self.victims(removable, of: old.filter { !isAvailable($0) })
        self.removals += broken
        let spare = min(availableNew + availableOld.count - needed, removable - broken.count)
        self.remove(spare, of: availableOld)
    }

    private mutating func remove(_ count: Int, of pods: [ObservedPod]) {
        self.removals += Self.victims(count, of: pods)
    }

    /// Which pods go when `count` have to: not ready before ready, then low cost before high, then young before old.
    static func victims(_ count: Int, of pods: [ObservedPod]) -> [ObservedPod] {
        guard count > 0 else { return [] }
        let ordered = pods.sorted { left, right in
            if left.isReady != right.isReady { return !left.isReady }
            if left.deletionCost != right.deletionCost { return left.deletionCost < right.deletionCost }
            if left.created != right.created { return left.created > right.created }
            return left.name < right.name
        }
        return Array(ordered.prefix(count))
    }
}
