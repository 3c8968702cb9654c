import ScalingCore
import Timekeeping

/// What the engine remembers of looking at one trigger.
struct TriggerPoll: Sendable {
    /// A look is under way; another begins when it has ended.
    var isUnderWay = false
    /// The last that was read, however long ago; `nil` before the first.
    var reading: TriggerReading?
    var readAt: MonotonicInstant?
    /// Why the last look found nothing; `nil` when it found something.
    var failure: TriggerFailure?
    /// Looks in a row that found nothing.
    var failures = 0
    /// Looks that found nothing since the trigger is there.
    var failuresEver = 0
    var latencySeconds: Double?
    /// What the source itself said last; `nil` for one that has to be asked.
    var pushed: Bool?

    /// Whether the source wants replicas; `nil` while nothing is known.
    var isActive: Bool? {
        if self.pushed == true { return true }
        return self.failure == nil ? self.reading?.isActive : nil
    }

    /// - Returns: Whether the look brought something new.
    mutating func ended(
        _ result: Result<TriggerReading, TriggerFailure>,
        latency: Double,
        at now: MonotonicInstant
    ) -> Bool {
        self.isUnderWay = false
        self.latencySeconds = latency
        switch result {
        case .success(let reading):
            let isNews = self.failure != nil || self.reading != reading
            self.reading = reading
            self.readAt = now
            self.failure = nil
            self.failures = 0
            return isNews
        case .failure(let failure):
            self.failure = failure
            self.failures += 1
            self.failuresEver += 1
            return true
        }
    }
}
