import Timekeeping

extension PilotlightDecider {
    /// What may remain of more replicas than `wanted`.
    func shrunk(
        to wanted: Int,
        _ situation: Situation,
        _ reading: LoadReading,
        _ trail: ShortWindowTrail,
        _ decision: inout ScalingDecision
    ) -> Int {
        // Nobody can reach it, so nobody misses it.
        guard self.configuration.isReachable else { return wanted }
        let kept = min(situation.current, self.kept(situation, reading, trail, &decision))
        var desired = wanted
        if kept > desired {
            desired = kept
            decision.limitSet.insert(.recentPeak)
        }
        let least = ReplicaCount.saturating(
            (Double(self.rates.highest) / self.configuration.maxScaleDownRate).rounded(.down)
        )
        if desired < min(least, situation.current) {
            desired = min(least, situation.current)
            decision.limitSet.insert(.maxScaleDownRate)
        }
        return desired
    }

    /// Replicas that are worth keeping for a load that was there a moment ago and may return.
    ///
    /// Keeping what may be needed again costs at most twice the cheapest when it is kept for as long as replacing it
    /// would take (the argument of the ski that is rented or bought). Replacing a ready replica takes a start-up time.
    /// A replica that is starting has cost the time since it began: it is given up when it has not been needed for half
    /// of that time, so that it waited as long without a need as it had started with one.
    private func kept(
        _ situation: Situation,
        _ reading: LoadReading,
        _ trail: ShortWindowTrail,
        _ decision: inout ScalingDecision
    ) -> Int {
        let shortest = Double(self.configuration.shortWindowSeconds)
        let longest = Double(self.configuration.stableWindowSeconds)
        let second = situation.now.wholeSeconds
        func needed(over seconds: Double) -> Int {
            let peak = max(reading.short, trail.peak(over: seconds, at: second))
            return ReplicaCount.needed(for: peak, target: self.configuration.target)
        }

        // While nothing was learned a replica is taken to be as dear as can be.
        let worth = min(longest, max(shortest, self.startup.expectedSeconds ?? longest))
        let peak = needed(over: worth)
        decision.keepSeconds = worth
        decision.recentPeakReplicas = peak
        var kept = max(needed(over: shortest), min(situation.ready, peak))
        guard kept >= situation.ready else { return kept }
        for (index, start) in situation.starting.enumerated() {
            let replica = situation.ready + index + 1
            let invested = situation.now.seconds(since: start) / 2
            guard needed(over: min(worth, max(shortest, invested))) >= replica else { break }
            kept = max(kept, replica)
        }
        return kept
    }

    /// Zero, or one for as long as zero would be too soon.
    mutating func zero(_ situation: Situation, _ reading: LoadReading, _ decision: inout ScalingDecision) -> Int {
        guard self.configuration.enableScaleToZero else {
            decision.limitSet.insert(.scaleToZeroDisabled)
            return 1
        }
        let isKeptAlive = self.isKeptAlive(situation, &decision)
        if isKeptAlive { return 1 }
        guard situation.current > 0 else { return 0 }
        guard !reading.isHeld else {
            // The last report said there was no load, but it is not the newest news.
            decision.limitSet.insert(.unknownLoad)
            return 1
        }
        var idleSince = self.lastNeeded
        if let lastLoaded = reading.lastLoaded { idleSince = max(idleSince, lastLoaded) }
        let idle = situation.now.seconds(since: idleSince)
        let retention = self.configuration.isReachable ? self.configuration.scaleToZeroPodRetentionSeconds : 0
        let needed = Double(self.configuration.stableWindowSeconds) + retention
        decision.idleSeconds = idle
        guard idle < needed else { return 0 }
        decision.limitSet.insert(.idleTooShort)
        decision.recheckAfterSeconds = needed - idle
        return 1
    }
}
