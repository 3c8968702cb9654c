import Timekeeping

/// What a decision of policy `pilotlight` is made of, besides the load.
struct Situation: Sendable {
    let now: MonotonicInstant
    let ready: Int
    /// When each replica began to start that may be counted on, the one that started first coming first.
    let starting: [MonotonicInstant]
    /// Replicas asked for last, or those there are when nothing was asked for yet.
    let current: Int
    /// Requests that no replica can take.
    let waiting: Int
    /// Requests that wait or are in flight.
    let queue: Int

    /// Replicas that are ready or will be.
    var committed: Int { self.ready + self.starting.count }
}
