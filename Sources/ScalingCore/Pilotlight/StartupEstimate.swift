/// How long a replica takes to start, learned from those that did.
///
/// An exponentially weighted mean and mean deviation: recent starts count more, one outlier moves little, and the same
/// starts always give the same estimate.
struct StartupEstimate: Sendable, Equatable {
    /// The weight of the newest start once there are enough of them.
    private static let gain = 0.125
    /// Deviations above the mean by which nearly every replica has started.
    private static let margin = 2.0
    /// A start that takes so many times as long as expected will hardly succeed.
    private static let overdueFactor = 3.0
    /// Scheduling alone may take so long, however fast replicas start otherwise.
    private static let overdueAtLeastSeconds = 10.0

    private(set) var starts = 0
    private(set) var meanSeconds = 0.0
    private(set) var deviationSeconds = 0.0

    /// By when a start should be over; `nil` before the first one.
    var expectedSeconds: Double? {
        self.starts == 0 ? nil : self.meanSeconds + Self.margin * self.deviationSeconds
    }

    mutating func record(_ seconds: Double) {
        guard seconds >= 0, seconds.isFinite else { return }
        self.starts += 1
        // The first few are averaged alike; a fixed gain would believe the very first one for too long.
        let gain = max(Self.gain, 1 / Double(self.starts))
        let error = seconds - self.meanSeconds
        self.meanSeconds += gain * error
        if self.starts > 1 { self.deviationSeconds += gain * (error.magnitude - self.deviationSeconds) }
    }

    /// Whether a replica that has been starting for `ageSeconds` may still be counted on.
    func isPromising(ageSeconds: Double, deadlineSeconds: Double) -> Bool {
        guard ageSeconds <= deadlineSeconds else { return false }
        guard let expectedSeconds else { return true }
        return ageSeconds <= max(Self.overdueAtLeastSeconds, expectedSeconds * Self.overdueFactor)
    }
}
