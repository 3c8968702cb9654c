/// How often triggers are asked, between what is prompt and what costs little.
///
/// `pollingInterval` stays the yardstick: who writes one ten times as long is asked ten times as rarely. With KEDA's
/// default of 30 seconds that is every second while something moves, and every five in quiet: the first message is
/// noticed within 2.5 seconds on average rather than 15.
public struct PollingPace: Sendable, Equatable {
    /// Never more often than this, whatever the polling interval.
    public var leastSeconds: Double
    /// Polls in a polling interval while something moves, waits or changes.
    public var pollsWhenBusy: Double
    /// Polls in a polling interval in quiet.
    public var pollsWhenQuiet: Double
    /// How long something that moved keeps the pace fast.
    public var settleSeconds: Double

    public init(
        leastSeconds: Double = 1,
        pollsWhenBusy: Double = 30,
        pollsWhenQuiet: Double = 6,
        settleSeconds: Double = 10
    ) {
        self.leastSeconds = leastSeconds
        self.pollsWhenBusy = pollsWhenBusy
        self.pollsWhenQuiet = pollsWhenQuiet
        self.settleSeconds = settleSeconds
    }

    /// KEDA's own: once in a polling interval, always.
    public static let fixed = PollingPace(leastSeconds: 0, pollsWhenBusy: 1, pollsWhenQuiet: 1)

    /// Seconds from one look to the next, never more than the polling interval.
    public func seconds(isBusy: Bool, pollingInterval: Double) -> Double {
        let polls = max(1, isBusy ? self.pollsWhenBusy : self.pollsWhenQuiet)
        return min(pollingInterval, max(self.leastSeconds, pollingInterval / polls))
    }
}
