import Timekeeping

/// When a container that ended is started again, as the kubelet does it; pure.
///
/// The first restart is immediate, then 10, 20, 40, 80, 160 and 300 s with the usual settings. A container that ran for
/// ten minutes starts over.
struct RestartBackoff: Sendable, Equatable {
    struct Settings: Sendable, Equatable {
        var base: Duration = .seconds(10)
        var maximum: Duration = .seconds(300)
        /// A run this long clears the record.
        var forgivenAfter: Duration = .seconds(600)
    }

    private let settings: Settings
    private var ends = 0

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// The wait before the next start of a container that has just ended after running for `duration`.
    mutating func wait(afterRunningFor duration: Duration) -> Duration {
        if duration >= self.settings.forgivenAfter { self.ends = 0 }
        defer { self.ends += 1 }
        guard self.ends > 0 else { return .zero }
        var wait = self.settings.base
        for _ in 1..<max(self.ends, 1) where wait < self.settings.maximum { wait *= 2 }
        return min(wait, self.settings.maximum)
    }
}
