import Timekeeping

/// What is known about the replica count of one workload: what was read, what was written, what is being written.
///
/// A watch lags behind writes. A value that was written stands until the watch shows it, or until it must have shown it;
/// otherwise a stale event would make the loop write the same number again, or hold the wrong one for right.
struct ScaleLedger: Sendable {
    private enum Observation: Sendable, Equatable {
        case unknown
        case missing
        case replicas(Int)
    }

    private struct Write: Sendable {
        let replicas: Int
        let at: MonotonicInstant
    }

    /// A written value that no watch has confirmed by then was overwritten by somebody else.
    private static let confirmationLimit = Duration.seconds(5)

    private var observation = Observation.unknown
    private var written: Write?
    private(set) var pending: (sequence: UInt64, replicas: Int)?
    private var lastSequence: UInt64 = 0
    private var failures = 0
    /// After a failed write: not before.
    private(set) var retryAt: MonotonicInstant?

    /// The list of workloads was read and there is none of this name.
    var isMissing: Bool { self.observation == .missing && self.pending == nil }

    /// The replica count in force as far as can be told, or `nil` when it is unknown.
    func effective(now: MonotonicInstant) -> Int? {
        if let pending { return pending.replicas }
        if let written, written.at.advanced(by: Self.confirmationLimit) > now { return written.replicas }
        guard case .replicas(let replicas) = self.observation else { return nil }
        return replicas
    }

    /// - Parameter replicas: `nil` when the workload does not exist.
    mutating func observed(replicas: Int?) {
        guard let replicas else {
            self.observation = .missing
            self.written = nil
            return
        }
        self.observation = .replicas(replicas)
        if self.written?.replicas == replicas { self.written = nil }
    }

    /// What failed is no longer wanted.
    mutating func gaveUp() {
        self.retryAt = nil
        self.failures = 0
    }

    /// - Returns: The number of the write, by which its end is told; older writes no longer count.
    mutating func begin(replicas: Int) -> UInt64 {
        self.lastSequence += 1
        self.pending = (self.lastSequence, replicas)
        return self.lastSequence
    }

    /// - Returns: Whether this was the newest write.
    mutating func succeeded(sequence: UInt64, now: MonotonicInstant) -> Bool {
        guard let pending, pending.sequence == sequence else { return false }
        self.pending = nil
        self.failures = 0
        self.retryAt = nil
        self.written =
            self.observation == .replicas(pending.replicas) ? nil : Write(replicas: pending.replicas, at: now)
        return true
    }

    /// - Parameters:
    ///   - pause: Before the second try; doubles with every failure in a row.
    ///   - limit: The longest pause.
    /// - Returns: Whether this was the newest write.
    mutating func failed(sequence: UInt64, now: MonotonicInstant, pause: Duration, limit: Duration) -> Bool {
        guard let pending, pending.sequence == sequence else { return false }
        self.pending = nil
        // Nothing is known about what the failed write left: only the watch can tell.
        self.written = nil
        let doubled = Double(1 << min(self.failures, 20)) * pause.inSeconds
        self.retryAt = now.advanced(by: .seconds(min(doubled, limit.inSeconds)))
        self.failures += 1
        return true
    }
}
