extension ScalingDecision {
    /// What one limit did, as part of the explanation; `nil` when the rest of the sentence says it.
    func clause(_ limit: ScalingLimit) -> String? {
        switch limit {
        case .unknownLoad: "nobody reported its load of late"
        case .unknownReplicas: "its ready replicas cannot be counted"
        case .panic: self.panicClause
        case .queue: nil
        case .startingReplicas: "no more than that, because replicas that are starting have room for all that waits"
        case .recentPeak: self.peakClause
        case .maxScaleUpRate: "no more at once, by the scale-up rate"
        case .maxScaleDownRate: "no fewer at once, by the scale-down rate"
        case .activationScale: "no fewer, by the activation scale"
        case .scaleDownDelay: "no fewer before the scale-down delay has passed"
        case .initialScale: "no fewer before the initial scale was reached"
        case .minScale: "no fewer, by the minimum scale"
        case .maxScale: "no more, by the maximum scale"
        case .scaleToZeroDisabled: "never zero, because that is switched off"
        case .idleTooShort: self.idleClause
        case .keepAlive: "one is loaded, because \(self.keepAlive?.explanation ?? "its keep-alive rule says so")"
        case .scaleToZeroGrace: "zero waits until requests surely come through the activator"
        case .activating: "zero waits until the revision was active or its progress deadline has passed"
        }
    }

    private var panicClause: String {
        switch self.policy {
        case .knative: "in panic, which holds the highest scale since it began"
        case .pilotlight: "in panic, because the replicas ready and starting are too few for a burst"
        }
    }

    private var peakClause: String {
        guard let peak = self.recentPeakReplicas, let seconds = self.keepSeconds else {
            return "kept for a recent peak"
        }
        return "kept for a recent peak, for the last \(NumberText.of(seconds, digits: 1)) s needed up to \(peak)"
    }

    private var idleClause: String {
        guard let idle = self.idleSeconds else { return "one stays until it was without load for long enough" }
        return "one stays, because \(NumberText.of(max(0, idle), digits: 1)) s without load are too few"
    }
}
