import SimulationKit

/// A workload while it runs: its next arrival, or the clients of a loop.
struct SourceState {
    let service: Int
    /// `nil` for a closed loop, and where `renewal` is there.
    var source: (any ArrivalSource)?
    /// The most common source by itself, which saves finding out each time what it is.
    var renewal: RenewalSource?
    let loop: ClosedLoop?
    var pending: Arrival?
    /// Requests so far.
    var count: UInt64 = 0
    let sizes: RandomStream
    var think: RandomStream

    @inline(__always)
    mutating func next() -> Arrival? { self.renewal == nil ? self.source?.next() : self.renewal?.next() }
}
