import SimulationKit

extension Simulation {
    mutating func scheduleFaults() {
        self.faultCounts = Array(repeating: 0, count: self.scenario.faults.count)
        for (position, fault) in self.scenario.faults.enumerated() {
            switch fault.when {
            case .at(let seconds): self.schedule(.fault, at: Int64((seconds * 1e9).rounded()), argument: position)
            case .every: self.scheduleNext(position)
            }
        }
    }

    private mutating func scheduleNext(_ position: Int) {
        guard case .every(let law) = self.scenario.faults[position].when else { return }
        var stream = self.faultStream(position)
        self.schedule(.fault, after: max(1, law.sampleNanoseconds(&stream)), argument: position)
    }

    /// Numbers of one occurrence of one fault.
    private func faultStream(_ position: Int) -> RandomStream {
        self.faultStream.at(index: UInt64(position) << 32 | self.faultCounts[position])
    }

    mutating func faultBegins(_ position: Int) {
        let fault = self.scenario.faults[position]
        self.wakeUpAll()
        self.faultCounts[position] &+= 1
        self.scheduleNext(position)
        switch fault.kind {
        case .nodeLost(let pool): self.loseNode(pool, position)
        case .replicasLost(let name, let count): self.loseReplicas(of: name, count)
        case .slowStarts(_, _, let seconds), .metricsLost(_, let seconds), .slowService(_, _, let seconds),
            .autoscalerDown(let seconds):
            self.activeFaults.append(position)
            self.applyFaults()
            self.schedule(.faultEnd, after: Int64((seconds * 1e9).rounded()), argument: position)
        }
    }

    mutating func faultEnds(_ position: Int) {
        guard let place = self.activeFaults.firstIndex(of: position) else { return }
        self.wakeUpAll()
        self.activeFaults.remove(at: place)
        let wasDown = self.isAutoscalerDown
        self.applyFaults()
        if wasDown, !self.isAutoscalerDown { self.beginPolicies() }
    }

    /// Sets what the faults that last at the moment come to, from nothing each time.
    private mutating func applyFaults() {
        self.isAutoscalerDown = false
        for service in self.services.indices {
            self.services[service].startFactor = 1
            self.services[service].workFactor = 1
            self.services[service].silencers = 0
        }
        for position in self.activeFaults {
            switch self.scenario.faults[position].kind {
            case .nodeLost, .replicasLost: break
            case .autoscalerDown: self.isAutoscalerDown = true
            case .slowStarts(let name, let factor, _):
                for service in self.services(named: name) { self.services[service].startFactor *= factor }
            case .slowService(let name, let factor, _):
                for service in self.services(named: name) { self.services[service].workFactor *= factor }
            case .metricsLost(let name, _):
                for service in self.services(named: name) { self.services[service].silencers += 1 }
            }
        }
    }

    /// All of them when no name is given.
    private func services(named name: String?) -> [Int] {
        self.services.indices.filter { name == nil || self.services[$0].model.name == name }
    }

    private mutating func loseNode(_ pool: String?, _ position: Int) {
        guard let cluster = self.cluster else { return }
        let nodes = cluster.nodes.indices.filter { node in
            cluster.nodes[node].stage == .ready
                && (pool == nil || cluster.pools[cluster.nodes[node].pool].model.name == pool)
        }
        guard !nodes.isEmpty else { return }
        var stream = self.faultStream(position)
        _ = stream.next()
        self.nodeLost(nodes[stream.below(nodes.count)])
    }

    /// The oldest go, because they are the ones that serve.
    private mutating func loseReplicas(of name: String, _ count: Int) {
        for service in self.services(named: name) {
            let ready = self.services[service].replicas.filter { self.replicas[Int($0)].phase == .ready }
            for replica in ready.prefix(count) { self.lose(Int(replica)) }
        }
    }
}
