import Timekeeping

extension ScalingBehavior.Rules {
    /// The most replicas to which the policies let a scale grow, never fewer than there are.
    ///
    /// - Parameter floor: Replicas from which periods are counted at least: from none, no per cent leads anywhere.
    func upwardLimit(current: Int, events: ScaleEvents, floor: Int = 0, now: MonotonicInstant) -> Int {
        guard self.selection != .disabled else { return current }
        let limits = self.policies.map { policy in
            let added = events.added(within: policy.periodSeconds, now: now)
            let removed = events.removed(within: policy.periodSeconds, now: now)
            let base = max(floor, current - added + removed)
            switch policy.kind {
            case .pods: return ReplicaCount.saturating(Double(base) + Double(policy.value))
            case .percent:
                return ReplicaCount.saturating((Double(base) * (1 + Double(policy.value) / 100)).rounded(.up))
            }
        }
        let limit = self.selection == .most ? limits.max() : limits.min()
        return max(current, limit ?? ReplicaCount.limit)
    }

    /// The fewest replicas to which the policies let a scale shrink, never more than there are.
    func downwardLimit(current: Int, events: ScaleEvents, now: MonotonicInstant) -> Int {
        guard self.selection != .disabled else { return current }
        let limits = self.policies.map { policy in
            let added = events.added(within: policy.periodSeconds, now: now)
            let removed = events.removed(within: policy.periodSeconds, now: now)
            let base = current - added + removed
            switch policy.kind {
            case .pods: return max(0, base - policy.value)
            case .percent: return ReplicaCount.saturating(Double(base) * (1 - Double(policy.value) / 100))
            }
        }
        let limit = self.selection == .most ? limits.min() : limits.max()
        return min(current, limit ?? 0)
    }

    /// Until a change of a period that holds the scale back no longer counts.
    func secondsUntilRoom(events: ScaleEvents, now: MonotonicInstant) -> Double? {
        self.policies.compactMap { events.secondsUntilNextExpiry(within: $0.periodSeconds, now: now) }.min()
    }
}
