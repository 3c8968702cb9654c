import Timekeeping

/// What decisions asked for, bounds applied.
///
/// Several decisions at one instant all build upon what was asked for before that instant. So the same question twice
/// gets the same answer, and the order of two events at one instant does not matter.
struct AskedReplicas: Sendable, Equatable {
    private var latest: Int?
    private var at: MonotonicInstant?
    private var earlier: Int?

    /// What was asked for last before `now`; `nil` when nothing was.
    func before(_ now: MonotonicInstant) -> Int? { now == self.at ? self.earlier : self.latest }

    func isLatest(_ replicas: Int) -> Bool { self.latest == replicas }

    mutating func ask(for replicas: Int, at now: MonotonicInstant) {
        self.earlier = self.before(now)
        self.at = now
        self.latest = replicas
    }
}
