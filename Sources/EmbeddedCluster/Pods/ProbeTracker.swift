import Timekeeping

/// What came of one attempt of a probe.
enum ProbeOutcome: Sendable, Equatable {
    case success
    case failure(String)
}

/// Counts what a probe found and says what to make of it; pure.
///
/// A container that is expected to come up is asked every few milliseconds, so that its being ready is noticed at once.
/// That does not use up its chances any faster: a failure counts only when a whole period has passed since the last
/// one that did.
struct ProbeTracker: Sendable {
    enum Verdict: Sendable, Equatable {
        case undecided, passed
        /// With what the last attempt found.
        case failed(String)
    }

    let kind: ProbeKind
    let spec: ProbeSpec
    private let eagerInterval: Duration
    /// Whether it has passed since the container was started.
    private(set) var hasPassed = false
    private var successes = 0
    private var failures = 0
    private var lastCountedFailure: MonotonicInstant?

    init(_ kind: ProbeKind, _ spec: ProbeSpec, eagerInterval: Duration) {
        self.kind = kind
        self.spec = spec
        self.eagerInterval = eagerInterval
    }

    /// From the end of one attempt to the next.
    var interval: Duration {
        guard self.isEager, self.successes == 0 else { return self.spec.period }
        return min(self.eagerInterval, self.spec.period)
    }

    private var isEager: Bool {
        // A command costs a process each time.
        if case .execute = self.spec.handler { return false }
        return self.kind != .liveness && !self.hasPassed
    }

    mutating func record(_ outcome: ProbeOutcome, now: MonotonicInstant) -> Verdict {
        switch outcome {
        case .success:
            self.failures = 0
            self.lastCountedFailure = nil
            self.successes += 1
            guard self.successes >= self.spec.successThreshold else { return .undecided }
            self.hasPassed = true
            return .passed
        case .failure(let message):
            self.successes = 0
            guard self.counts(now) else { return .undecided }
            self.failures += 1
            self.lastCountedFailure = now
            return self.failures >= self.spec.failureThreshold ? .failed(message) : .undecided
        }
    }

    private func counts(_ now: MonotonicInstant) -> Bool {
        guard self.isEager, let last = self.lastCountedFailure else { return true }
        return now.duration(since: last) >= self.spec.period
    }
}
