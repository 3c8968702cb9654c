import Timekeeping

extension PilotlightDecider {
    /// What the load asks for, starting replicas taken into account.
    mutating func wanted(
        _ situation: Situation,
        _ reading: LoadReading,
        _ trail: ShortWindowTrail,
        _ decision: inout ScalingDecision
    ) -> Int {
        let target = self.configuration.target
        let stable = ReplicaCount.needed(for: reading.stable, target: target)
        let short = ReplicaCount.needed(for: reading.short, target: target)
        self.updatePanic(short, reading, situation)

        // Outside panic a short peak raises nothing: the load must have been there for a whole short window.
        let sustained = min(reading.short, trail.sustained(at: situation.now.wholeSeconds))
        let quick = self.isPanicking ? short : ReplicaCount.needed(for: sustained, target: target)
        decision.sustainedValue = sustained
        if quick > stable {
            decision.driver = self.isPanicking ? .panicWindow : .sustainedLoad
            if self.isPanicking { decision.limitSet.insert(.panic) }
        }
        // Averages look back: more than the newest seconds need is asked for by a load that has gone.
        let present = max(situation.current, ReplicaCount.needed(for: reading.latest, target: target))
        let wanted = self.withQueue(min(max(stable, quick), present), situation, &decision)
        return self.withoutDoubleOrder(wanted, reading, situation, &decision)
    }

    /// Panic begins at the threshold, or when the load is more than replicas can take at all, and ends when it fits.
    ///
    /// Compared is with replicas that are ready and those that will be, so that slow ones do not prolong it.
    private mutating func updatePanic(_ short: Int, _ reading: LoadReading, _ situation: Situation) {
        let base = Double(max(1, situation.committed))
        if Double(short) / base >= self.configuration.panicThreshold || reading.short > base * self.configuration.total
        {
            self.isPanicking = true
        } else if short <= situation.committed {
            self.isPanicking = false
        }
    }

    /// With no replica ready averages say little yet: the queue itself is counted.
    private func withQueue(_ wanted: Int, _ situation: Situation, _ decision: inout ScalingDecision) -> Int {
        guard situation.ready == 0, situation.queue > 0 else { return wanted }
        var needed = ReplicaCount.needed(for: Double(situation.queue), target: self.configuration.target)
        if self.fits(Double(situation.queue), situation) { needed = min(needed, situation.committed) }
        guard needed > wanted else { return wanted }
        decision.driver = .queue
        decision.limitSet.insert(.queue)
        return needed
    }

    /// Requests that pile up while replicas start are no load that will stay.
    ///
    /// A replica ordered now helps only with what is still waiting when it is ready. So a queue may take as long to
    /// drain as a replica takes to start, and no more is asked for than that needs, if it is known how long requests
    /// take. If it is not, replicas that are starting suffice as long as they have room for everything.
    private func withoutDoubleOrder(
        _ wanted: Int,
        _ reading: LoadReading,
        _ situation: Situation,
        _ decision: inout ScalingDecision
    ) -> Int {
        // Replicas that were asked for and cannot be seen yet are coming as well.
        let coming = max(situation.committed, situation.current)
        // A rate counts arrivals, which do not pile up.
        let window = Double(self.configuration.shortWindowSeconds)
        guard wanted > coming, self.configuration.metric == .concurrency,
            self.service.hasWaited(within: window, at: situation.now)
        else { return wanted }
        var enough = wanted
        if let arrivals = reading.latestArrivals,
            let load = self.service.concurrency(
                arrivals: arrivals,
                waiting: situation.waiting,
                drainSeconds: self.drainSeconds
            )
        {
            enough = max(coming, ReplicaCount.needed(for: load, target: self.configuration.target))
        } else if !situation.starting.isEmpty, self.fits(max(Double(situation.queue), reading.short), situation) {
            enough = coming
        }
        guard enough < wanted else { return wanted }
        decision.limitSet.insert(.startingReplicas)
        return enough
    }

    /// How long a queue may take to drain: as long as a replica takes to start, yet not less than a second.
    var drainSeconds: Double {
        min(Double(self.configuration.stableWindowSeconds), max(1, self.startup.expectedSeconds ?? 1))
    }

    /// Whether the replicas that are ready or starting have room for `load`, full rather than at the target.
    private func fits(_ load: Double, _ situation: Situation) -> Bool {
        situation.committed > 0 && load <= Double(situation.committed) * self.configuration.total
    }

    /// What the rate allows of `wanted`, which is more than there is.
    func grown(to wanted: Int, _ situation: Situation, _ decision: inout ScalingDecision) -> Int {
        let base = Double(max(1, self.rates.committed))
        let most = ReplicaCount.saturating((base * self.configuration.maxScaleUpRate).rounded(.up))
        guard wanted > most else { return wanted }
        decision.limitSet.insert(.maxScaleUpRate)
        return max(most, situation.current)
    }

    /// What to ask for while the load is not known; `nil`: leave the scale as it is.
    mutating func desiredWithoutLoad(_ situation: Situation, _ decision: inout ScalingDecision) -> Int? {
        if situation.committed == 0, situation.current == 0, situation.queue == 0 {
            // Nothing runs and nothing waits: that is known without any report.
            decision.wantedReplicas = 0
            guard self.configuration.enableScaleToZero else { return nil }
            return self.isKeptAlive(situation, &decision) ? 1 : 0
        }
        decision.limitSet.insert(.unknownLoad)
        // A request that waits with no replica ready is known from the queue itself.
        let wanted = self.withQueue(0, situation, &decision)
        guard wanted > situation.current else { return nil }
        decision.wantedReplicas = wanted
        return self.grown(to: wanted, situation, &decision)
    }
}
