import Timekeeping

/// Whether a revision serves, in the sense of the Active condition of Knative's PodAutoscaler, and since when.
struct RevisionActivity: Sendable, Equatable {
    enum State: String, Sendable { case activating, active, inactive }

    private(set) var state: State
    /// When the state last became another.
    private(set) var since: MonotonicInstant

    init(_ state: State, since: MonotonicInstant) {
        self.state = state
        self.since = since
    }

    func seconds(at now: MonotonicInstant) -> Double { now.seconds(since: self.since) }

    /// Takes in the outcome of one reconciliation.
    ///
    /// - Parameters:
    ///   - wanted: The scale that came out; `nil` while it is not known.
    ///   - ready: Replicas that are ready.
    ///   - needed: Ready replicas that the revision needs to count as active.
    mutating func update(wanted: Int?, ready: Int, needed: Int, at now: MonotonicInstant) {
        if wanted == 0 || needed == 0 {
            self.become(.inactive, at: now)
        } else if wanted == nil {
            // Not knowing activates nothing: what was inactive stays so.
            guard self.state != .inactive else { return }
            self.become(ready < needed ? .activating : .active, at: now)
        } else {
            self.become(ready < needed ? .activating : .active, at: now)
        }
    }

    private mutating func become(_ state: State, at now: MonotonicInstant) {
        guard state != self.state else { return }
        self.state = state
        self.since = now
    }
}
