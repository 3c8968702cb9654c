extension ScaledObjectDecision {
    /// One English sentence with the numbers that led to the decision.
    public var explanation: String {
        var clauses = [self.headline]
        clauses += self.isPaused ? [] : self.causes
        clauses += self.limits.compactMap(self.clause)
        return clauses.joined(separator: "; ") + "."
    }

    private var headline: String {
        guard let desired = self.desiredReplicas else { return "The scale stays as it is" }
        let replicas = NumberText.counted(desired, "replica")
        guard let current = self.currentReplicas, current != desired else { return replicas }
        return "\(replicas) instead of \(current)"
    }

    /// What the largest demand is made of, and what is not known.
    private var causes: [String] {
        var causes: [String] = []
        let known = self.demands.filter { $0.replicas != nil && $0.standing != .fallback }
        if let largest = known.max(by: { ($0.replicas ?? 0) < ($1.replicas ?? 0) }) { causes.append(largest.clause) }
        let unclear = self.demands.filter { $0.standing != .known && $0.standing != .ignored }
        for demand in unclear {
            // Why each of several is not known would bury the decision; that stands with the triggers.
            let because = unclear.count == 1 ? demand.because : ""
            switch demand.standing {
            case .fallback:
                causes.append("\(demand.place) is not known\(because), and its fallback is \(demand.replicas ?? 0)")
            case .unknown: causes.append("\(demand.place) is not known\(because)")
            case .held: causes.append("\(demand.place) could not be read again\(because)")
            case .known, .ignored: break
            }
        }
        if causes.isEmpty { causes.append("nothing asks for replicas") }
        if !self.isActive, !known.isEmpty { causes.append("nothing is active") }
        return causes
    }

    private func clause(_ limit: ScaledObjectLimit) -> String? {
        switch limit {
        case .unknownReplicas: "its replicas cannot be counted"
        case .unknownTrigger: "nothing is taken away while something is not known"
        case .fallback: nil
        case .tolerance: "so near to the target that nothing changes"
        case .scaleUpRate: "no more at once, by the scale-up policies"
        case .scaleDownRate: "no fewer at once, by the scale-down policies"
        case .scaleUpWindow: "no more before it was wanted for the whole scale-up window"
        case .scaleDownWindow: "no fewer, for more was wanted within the scale-down window"
        case .cooldown: self.cooldownClause
        case .idle: "idle"
        case .minReplicas: "no fewer, by the minimum"
        case .maxReplicas: "no more, by the maximum"
        case .forcedActivation: "kept active by an annotation"
        case .paused: "paused by an annotation"
        case .pausedScaleIn: "no fewer, because scaling in is paused"
        case .pausedScaleOut: "no more, because scaling out is paused"
        }
    }

    private var cooldownClause: String {
        let rest = self.cooldownRemainingSeconds.map { " in \(NumberText.of($0, digits: 0)) s" } ?? ""
        return "it rests when nothing is active until the cooldown is over\(rest)"
    }
}

extension ScaledObjectDecision.Demand {
    /// Who asks.
    fileprivate var place: String { self.trigger == nil ? "the formula" : "trigger '\(self.label)'" }

    fileprivate var because: String { self.remark.map { " (\($0))" } ?? "" }

    fileprivate var clause: String {
        guard let value, let target, let replicas else { return "\(self.place) asks for nothing that is known" }
        let (has, share) = (NumberText.of(value), NumberText.of(target))
        switch self.metricType {
        case .averageValue: return "\(self.place) has \(has), which needs \(replicas) at \(share) each"
        case .value: return "\(self.place) has \(has), which needs \(replicas) to come to \(share)"
        case .utilization: return "\(self.place) has \(has) % in use, which needs \(replicas) to come to \(share) %"
        }
    }
}
