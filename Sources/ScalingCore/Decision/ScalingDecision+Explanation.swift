extension ScalingDecision {
    /// One English sentence with the numbers that led to the decision.
    public var explanation: String {
        var clauses = [self.headline, self.cause].compactMap(\.self)
        clauses.append(contentsOf: self.limits.compactMap(self.clause))
        if self.desiredReplicas == 0, let keepAlive { clauses.append(keepAlive.explanation) }
        return clauses.joined(separator: "; ") + "."
    }

    private var headline: String {
        guard let desired = self.desiredReplicas else { return "The scale stays as it is" }
        let replicas = NumberText.counted(desired, "replica")
        guard let previous = self.previousReplicas, previous != desired else { return replicas }
        return "\(replicas) instead of \(previous)"
    }

    private var cause: String? {
        guard let wanted = self.wantedReplicas else { return self.stock }
        switch self.driver {
        case .queue:
            let waiting = NumberText.counted(self.waitingRequests, "request")
            let inFlight = self.inFlightRequests == 0 ? "" : " and \(self.inFlightRequests) are in flight"
            return
                "\(waiting) \(self.waitingRequests == 1 ? "waits" : "wait")\(inFlight) with no replica ready, "
                + "which needs \(wanted) at \(NumberText.of(self.target)) each"
        case .stableWindow:
            guard let value = self.stableValue else { return "nothing runs and nothing waits" }
            return self.cause("the last \(self.stableWindowSeconds) s averaged", value, wanted)
        case .panicWindow:
            return self.panicValue.map { self.cause("the last \(self.panicWindowSeconds) s averaged", $0, wanted) }
        case .sustainedLoad:
            let seconds = "\(self.panicWindowSeconds) s"
            return self.sustainedValue.map {
                self.cause("for \(seconds) the average of \(seconds) did not fall below", $0, wanted)
            }
        }
    }

    private func cause(_ what: String, _ value: Double, _ wanted: Int) -> String {
        guard value > 0 else { return "no load in the last \(self.stableWindowSeconds) s" }
        let unit = self.metric == .concurrency ? "requests in flight" : "requests a second"
        let need = "which needs \(wanted) at \(NumberText.of(self.target)) each"
        return ["\(what) \(NumberText.of(value)) \(unit)", need, self.stock].compactMap(\.self).joined(separator: ", ")
    }

    /// What there is, in replicas.
    private var stock: String? {
        guard let ready = self.readyReplicas else { return nil }
        return self.startingCounted == 0 ? "\(ready) ready" : "\(ready) ready and \(self.startingCounted) starting"
    }
}
