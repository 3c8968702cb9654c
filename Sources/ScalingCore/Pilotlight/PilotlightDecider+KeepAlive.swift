import Timekeeping

extension PilotlightDecider {
    /// Tells the keep-alive rule of load and of its end.
    ///
    /// What is not known is no end: the rule hears of nothing while reports are missing, unless the queue itself speaks.
    mutating func observeLoad(_ situation: Situation, _ reading: LoadReading?) {
        guard self.keepAlive != nil else { return }
        let reported = reading.flatMap { $0.lastLoaded == situation.now ? $0.latest : nil } ?? 0
        if situation.queue > 0 || reported > 0 {
            let height = reported.isFinite ? reported : 0
            self.keepAlive?.loadBegan(max(height, Double(situation.queue)), at: situation.now)
        } else if let reading, !reading.isHeld, let lastLoaded = reading.lastLoaded, self.keepAlive?.idleSince == nil {
            self.keepAlive?.loadEnded(at: lastLoaded)
        }
    }

    /// Whether the keep-alive rule wants a replica although there is no load.
    mutating func isKeptAlive(_ situation: Situation, _ decision: inout ScalingDecision) -> Bool {
        guard self.configuration.isReachable,
            let plan = self.keepAlive?.plan(at: situation.now, leadSeconds: self.startup.expectedSeconds ?? 0),
            plan.idleSeconds != nil
        else { return false }
        decision.keepAlive = plan
        if let change = plan.changesInSeconds {
            decision.recheckAfterSeconds = min(decision.recheckAfterSeconds ?? change, change)
        }
        guard plan.isWarm else { return false }
        decision.idleSeconds = plan.idleSeconds
        decision.limitSet.insert(.keepAlive)
        return true
    }
}
