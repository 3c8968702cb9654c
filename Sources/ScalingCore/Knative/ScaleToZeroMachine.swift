import Timekeeping

/// Knative's way from a desired scale to the one that is applied.
///
/// It knows all that must happen before the last replica goes.
struct ScaleToZeroMachine: Sendable, Equatable {
    /// What must be known of the way around the replicas before the last one may go.
    struct Path: Sendable, Equatable {
        /// Whether the activator answered a probe along the public way; asked for only when it is not always there.
        enum Probe: Sendable { case answered, failed }

        var probe: Probe
        /// Since when requests go through the activator; `nil` while they go to replicas directly.
        var proxyingSince: MonotonicInstant?
    }

    /// What to do with the scale.
    struct Outcome: Sendable, Equatable {
        /// The scale that counts from now on; `nil` while it is not known.
        var scale: Int?
        /// Whether the scale is also to be written.
        var applies: Bool
        /// When to look again at the latest, because time alone will change the outcome.
        var recheckAfterSeconds: Double?
        /// Whether the path must be probed until it answers.
        var probes = false
        var limits = LimitSet()
    }

    /// Beyond the progress deadline, as Knative leaves the deployment time to report its failure first.
    private static let activationSlackSeconds = 30.0
    /// How soon the path is looked at when it already leads through the activator.
    private static let proxyRecheckSeconds = 3.0

    var configuration: ScalingConfiguration

    /// - Parameters:
    ///   - desired: What the decider said; `nil` when it did not know.
    ///   - hasReachedInitialScale: Whether the revision once had the replicas it must begin with.
    func outcome(
        desired: Int?,
        activity: RevisionActivity,
        path: Path,
        hasReachedInitialScale: Bool,
        now: MonotonicInstant
    ) -> Outcome {
        // A revision that is still activating is brought to its bounds even before anything is known of its load.
        if desired == nil, activity.state != .activating { return Outcome(scale: nil, applies: false) }
        var limits = LimitSet()
        let bounds = ReplicaBounds(self.configuration, hasReachedInitialScale: hasReachedInitialScale)
        let scale = bounds.clamped(desired ?? 0, limits: &limits)
        guard scale == 0 else { return Outcome(scale: scale, applies: true, limits: limits) }
        return self.towardsZero(activity, path, limits, now)
    }

    private func towardsZero(
        _ activity: RevisionActivity,
        _ path: Path,
        _ limits: LimitSet,
        _ now: MonotonicInstant
    ) -> Outcome {
        guard self.configuration.enableScaleToZero else {
            return Outcome(scale: 1, applies: true, limits: [.scaleToZeroDisabled])
        }
        let seconds = activity.seconds(at: now)
        switch activity.state {
        case .activating:
            let deadline = self.configuration.progressDeadlineSeconds + Self.activationSlackSeconds
            if seconds > deadline { return Outcome(scale: 0, applies: true, limits: limits) }
            return Outcome(scale: nil, applies: false, recheckAfterSeconds: deadline, limits: [.activating])
        case .active:
            let stable = Double(self.configuration.stableWindowSeconds)
            guard seconds >= stable else {
                return Outcome(
                    scale: 1,
                    applies: true,
                    recheckAfterSeconds: stable - seconds,
                    limits: [.idleTooShort]
                )
            }
            // Not written yet: the zero makes the revision inactive, and that leads requests through the activator.
            let recheck = path.proxyingSince == nil ? nil : Self.proxyRecheckSeconds
            return Outcome(scale: 0, applies: false, recheckAfterSeconds: recheck, limits: [.scaleToZeroGrace])
        case .inactive:
            return self.fromInactive(seconds, path, limits, now)
        }
    }

    private func fromInactive(
        _ seconds: Double,
        _ path: Path,
        _ limits: LimitSet,
        _ now: MonotonicInstant
    ) -> Outcome {
        if self.configuration.targetBurstCapacity != -1, path.probe == .failed {
            return Outcome(scale: 0, applies: false, probes: true, limits: [.scaleToZeroGrace])
        }
        let grace = self.configuration.scaleToZeroGraceSeconds
        let retention =
            self.configuration.isReachable ? self.configuration.scaleToZeroPodRetentionSeconds : 0
        if seconds >= max(grace, retention) { return Outcome(scale: 0, applies: true, limits: limits) }
        if seconds < retention {
            return Outcome(
                scale: 0,
                applies: false,
                recheckAfterSeconds: retention - seconds,
                limits: [.idleTooShort]
            )
        }
        let rest = grace - (path.proxyingSince.map { now.seconds(since: $0) } ?? 0)
        if rest <= 0 { return Outcome(scale: 0, applies: true, limits: limits) }
        return Outcome(scale: 0, applies: false, recheckAfterSeconds: rest, limits: [.scaleToZeroGrace])
    }
}
