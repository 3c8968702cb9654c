import ScalingCore
import ServingAPI
import Timekeeping

/// When the status of one revision is due to be written: soon after something changed, seldom for newer averages.
struct StatusLedger: Sendable {
    /// What kind of reason a decision had: its numbers may change with every tick, this seldom does.
    enum Reason: Sendable, Equatable {
        case load([ScalingLimit])
        /// Event sources want it so.
        case events
        case held(TargetState.Hold)
        /// The scaler wished for something else.
        case objected
    }

    /// What people and programs react to; a change of it is worth a write.
    struct Summary: Sendable {
        var desired: Int?
        var ready: Int?
        var starting: Int?
        var mode: RevisionStatus.Mode?
        /// What kind of reason the last decision had; `nil` when it was not read, which contradicts none.
        var reason: Reason?

        func says(theSameAs other: Summary) -> Bool {
            guard self.desired == other.desired, self.ready == other.ready, self.starting == other.starting,
                self.mode == other.mode
            else { return false }
            return self.reason == nil || other.reason == nil || self.reason == other.reason
        }
    }

    struct Values: Sendable, Equatable {
        var stable: Double?
        var panic: Double?

        /// By more than a reader would care about.
        func differs(from other: Values) -> Bool {
            Self.differs(self.stable, other.stable) || Self.differs(self.panic, other.panic)
        }

        private static func differs(_ left: Double?, _ right: Double?) -> Bool {
            guard let left, let right else { return (left == nil) != (right == nil) }
            // That load ended is news, however small it was.
            if (left == 0) != (right == 0) { return true }
            return abs(left - right) > max(0.05 * max(abs(left), abs(right)), 0.01)
        }
    }

    /// Nothing is due while a write is under way.
    private(set) var isWriting = false
    private var written: Summary?
    private var writtenValues = Values()
    private var current: Summary?
    private var currentValues = Values()
    private var lastWriteAt: MonotonicInstant?
    private var changedAt: MonotonicInstant?
    private var reserved: MonotonicInstant?
    private var begun: (summary: Summary?, values: Values)?

    /// - Parameter status: What stands in the revision already; a fresh process need not write it again.
    init(found status: RevisionStatus?) {
        guard let status else { return }
        self.written = Summary(
            desired: status.desiredReplicas,
            ready: status.readyReplicas,
            starting: status.startingReplicas,
            mode: status.mode
        )
        self.writtenValues = Values(stable: status.stableValue, panic: status.panicValue)
    }

    mutating func changed(to summary: Summary, values: Values, now: MonotonicInstant) {
        self.current = summary
        self.currentValues = values
        if let written, written.says(theSameAs: summary) {
            self.changedAt = nil
            return
        }
        if self.changedAt == nil { self.changedAt = now }
    }

    /// When the next write is due, or `nil` when the status says what is.
    func due(_ settings: AutoscalerSettings, now: MonotonicInstant) -> MonotonicInstant? {
        guard !self.isWriting, self.current != nil else { return nil }
        let earliest: MonotonicInstant
        if let changedAt {
            let settled = changedAt.advanced(by: settings.statusDelay)
            earliest = max(settled, self.lastWriteAt?.advanced(by: settings.statusInterval) ?? settled)
        } else {
            guard self.currentValues.differs(from: self.writtenValues) else { return nil }
            earliest = max(now, self.lastWriteAt?.advanced(by: settings.statusValueInterval) ?? now)
        }
        return max(earliest, self.reserved ?? earliest)
    }

    /// Too many others write now: `moment` is set aside for this one.
    mutating func reserve(_ moment: MonotonicInstant) {
        self.reserved = moment
    }

    var hasReservation: Bool { self.reserved != nil }

    mutating func begin() {
        self.isWriting = true
        self.reserved = nil
        self.begun = (self.current, self.currentValues)
    }

    mutating func finished(succeeded: Bool, now: MonotonicInstant) {
        self.isWriting = false
        self.lastWriteAt = now
        guard succeeded, let begun else { return }
        self.written = begun.summary
        self.writtenValues = begun.values
        guard let current = self.current, let written = self.written else { return }
        self.changedAt = current.says(theSameAs: written) ? nil : now
    }
}
