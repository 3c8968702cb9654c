/// The scales a revision may have at the moment.
struct ReplicaBounds: Sendable, Equatable {
    /// The lowest scale; what raised it is `leastLimit`.
    let least: Int
    let leastLimit: ScalingLimit
    /// 0: no limit.
    let most: Int

    /// - Parameter hasReachedInitialScale: Whether the revision once had the replicas it must begin with.
    init(_ configuration: ScalingConfiguration, hasReachedInitialScale: Bool) {
        let lowest = configuration.isReachable ? max(0, configuration.minScale) : 0
        let holdsInitial =
            configuration.initialScale > 1 && !hasReachedInitialScale && configuration.isReachable
            && configuration.initialScale > lowest
        self.least = holdsInitial ? configuration.initialScale : lowest
        self.leastLimit = holdsInitial ? .initialScale : .minScale
        self.most = max(0, configuration.maxScale)
    }

    /// The nearest scale within the bounds; of two that contradict each other the upper one wins.
    func clamped(_ desired: Int, limits: inout LimitSet) -> Int {
        var clamped = desired
        if clamped < self.least {
            clamped = self.least
            limits.insert(self.leastLimit)
        }
        if self.most != 0, clamped > self.most {
            clamped = self.most
            limits.insert(.maxScale)
        }
        return clamped
    }
}

extension ScalingConfiguration {
    /// Ready replicas with which a revision counts as begun.
    var scaleToBegin: Int { max(self.minScale, self.initialScale) }

    /// Knative's value before the first tick: as if the initial scale were ready and idle.
    var initialExcessBurstCapacity: Int {
        ReplicaCount.excessBurst(
            ready: self.initialScale,
            total: self.total,
            burst: self.targetBurstCapacity,
            load: 0
        )
    }
}

extension ScalingConfiguration {
    /// The nearest scale that the user allows, whatever the load is.
    public func bounded(_ replicas: Int) -> Int {
        let lowest = max(self.minScale, self.enableScaleToZero ? 0 : 1)
        let highest = self.maxScale == 0 ? Int.max : max(self.maxScale, lowest)
        return min(max(replicas, lowest), highest)
    }
}
