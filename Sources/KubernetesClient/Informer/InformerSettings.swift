/// How an informer keeps up and how it recovers.
public struct InformerSettings: Sendable, Equatable {
    /// Wait before the first retry after a failure; doubles with every further one.
    public var initialBackoff: Duration
    public var maximumBackoff: Duration
    /// How often everything is listed anew and handed out again; `nil` for never.
    public var resyncInterval: Duration?

    public init(
        initialBackoff: Duration = .milliseconds(100),
        maximumBackoff: Duration = .seconds(30),
        resyncInterval: Duration? = nil
    ) {
        precondition(initialBackoff > .zero && maximumBackoff >= initialBackoff, "\(initialBackoff), \(maximumBackoff)")
        self.initialBackoff = initialBackoff
        self.maximumBackoff = maximumBackoff
        self.resyncInterval = resyncInterval
    }

    /// The wait after `failures` failures in a row, at least one: 0.1 s, 0.2 s, 0.4 s … 30 s with the defaults.
    func backoff(afterFailures failures: Int) -> Duration {
        var wait = self.initialBackoff
        for _ in 1..<max(failures, 1) where wait < self.maximumBackoff { wait *= 2 }
        return min(wait, self.maximumBackoff)
    }
}
