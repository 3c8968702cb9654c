import Timekeeping

/// When the status of one ScaledObject is due to be written: soon after something changed, seldom for newer values.
struct EventStatusLedger: Sendable {
    /// Nothing is due while a write is under way.
    private(set) var isWriting = false
    private var written: ScaledObjectReport?
    private(set) var current: ScaledObjectReport?
    private var begun: ScaledObjectReport?
    private var lastWriteAt: MonotonicInstant?
    private var changedAt: MonotonicInstant?
    private(set) var reserved: MonotonicInstant?

    mutating func changed(to report: ScaledObjectReport, now: MonotonicInstant) {
        self.current = report
        if let written, written.says(theSameAs: report) {
            self.changedAt = nil
        } else if self.changedAt == nil {
            self.changedAt = now
        }
    }

    /// When the next write is due, or `nil` when the status says what is.
    func due(_ settings: AutoscalerSettings, now: MonotonicInstant) -> MonotonicInstant? {
        guard !self.isWriting, let current else { return nil }
        let earliest: MonotonicInstant
        if let changedAt {
            let settled = changedAt.advanced(by: settings.statusDelay)
            earliest = max(settled, self.lastWriteAt?.advanced(by: settings.statusInterval) ?? settled)
        } else {
            guard let written, current.hasDrifted(from: written) else { return nil }
            earliest = max(now, self.lastWriteAt?.advanced(by: settings.statusValueInterval) ?? now)
        }
        return max(earliest, self.reserved ?? earliest)
    }

    /// Too many others write now: `moment` is set aside for this one.
    mutating func reserve(_ moment: MonotonicInstant) {
        self.reserved = moment
    }

    mutating func begin() {
        self.isWriting = true
        self.reserved = nil
        self.begun = self.current
    }

    mutating func finished(succeeded: Bool, now: MonotonicInstant) {
        self.isWriting = false
        self.lastWriteAt = now
        guard succeeded, let begun else { return }
        self.written = begun
        guard let current else { return }
        self.changedAt = current.says(theSameAs: begun) ? nil : now
    }
}
