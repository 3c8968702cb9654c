import Timekeeping

/// A batch of reports that is being read.
struct PendingBatch: Sendable {
    let reporter: Int
    let number: UInt64
    let loads: [LoadReport]
    let receivedAt: MonotonicInstant
    /// The next report to read.
    var position = 0
    /// Below it lie the active revisions that may have been left out of the batch; `nil` until all reports are read.
    var unnamedBelow: Int?
}
