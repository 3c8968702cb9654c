import SimulationKit

/// A workload while it runs: its next arrival, or the clients of a loop.
struct SourceState {
    let service: Int
    /// `nil` for a closed loop.
    var source: (any ArrivalSource)?
    let loop: ClosedLoop?
    var pending: Arrival?
    /// Requests so far.
    var count: UInt64 = 0
    let sizes: RandomStream
    var think: RandomStream
}
