public import Timekeeping

/// A time in which decisions ask for what there is, whatever happens within bounds.
///
/// Who knows of it need not look at the revision meanwhile, or may look later at what was kept for it.
public struct QuietSpell: Sendable, Equatable {
    /// Decisions before this instant ask for the same replicas; `nil`: all of them.
    public let until: MonotonicInstant?
    /// The load, in the unit of the metric, that reports of one second may sum up to.
    public let mostLoad: Double
}

extension RevisionScaler {
    /// How long decisions will go on asking for as many replicas as the last one did; `nil`: nothing can be said.
    ///
    /// It is said for a time in which `replicas` stay ready and no other starts, nobody waits, and every other second
    /// at least brings a report of every reporter. `reconfigure` ends it. What is not sure is not promised: after the spell
    /// the decision may still be the same.
    ///
    /// ```swift
    /// scaler.decide(.init(ready: 1), now: now).desiredReplicas  // 1
    /// scaler.quietSpell(replicas: 1, now: now)?.until  // a stable window after the last load: then it may go to zero
    /// ```
    ///
    /// - Parameters:
    ///   - replicas: What the last decision asked for and what is ready.
    ///   - now: When that decision was made.
    /// - Complexity: O(seconds of the stable window), and no allocation.
    public func quietSpell(replicas: Int, now: MonotonicInstant) -> QuietSpell? {
        let configuration = self.configuration
        // More than must be there can shrink with the load. What must be there cannot, and the last one has its time.
        guard replicas == max(1, configuration.minScale), configuration.isReachable else { return nil }
        guard configuration.maxScale == 0 || configuration.maxScale >= replicas else { return nil }
        guard configuration.activationScale <= 1, configuration.scaleDownDelaySeconds == 0 else { return nil }
        // Reports that grow too old between one and the next make the load unknown.
        guard configuration.reportAgeLimitSeconds > 2 else { return nil }
        // A little less than would ask for one more, so that no rounding of an average reaches it.
        let most = configuration.target * Double(replicas) * 0.99
        return self.quietSpell(replicas, mostLoad: most, now)
    }
}
