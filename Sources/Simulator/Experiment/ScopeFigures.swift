import SimulationKit

/// Computes figures from what happened to one service, or to all together.
struct ScopeFigures {
    let result: ServiceResult
    /// The time that counts.
    let seconds: Double
    /// `nil`: the nodes are those of all services, so that no service has a cost of its own.
    let cost: Double?
    /// Of all services; `nil` for one.
    let cluster: ClusterResult?
    /// The most replicas at once; for all services together it is not the sum of their own.
    let mostReplicas: Double?

    private static let day = 86_400.0

    func sample(of figure: Figure) -> FigureSample {
        self.requestSample(of: figure) ?? self.replicaSample(of: figure) ?? self.costSample(of: figure) ?? .none
    }

    private func requestSample(of figure: Figure) -> FigureSample? {
        let result = self.result
        switch figure {
        case .requests: return .mean(Double(result.arrived))
        case .throughput: return .mean(Double(result.served) / self.seconds)
        case .failedShare: return .ratio(Double(result.failedInAll), of: Double(result.arrived))
        case .unserved:
            return .mean(max(Double(result.arrived) - Double(result.served) - Double(result.failedInAll), 0))
        case .attainment: return .ratio(Double(result.withinObjective), of: Double(result.arrived))
        case .coldShare: return .ratio(Double(result.cold), of: Double(result.arrived))
        case .coldStarts: return .mean(Double(result.cold))
        case .latencyMean: return Self.mean(result.total)
        case .latencyP50: return Self.quantile(result.total, 0.5)
        case .latencyP95: return Self.quantile(result.total, 0.95)
        case .latencyP99: return Self.quantile(result.total, 0.99)
        case .latencyP999: return Self.quantile(result.total, 0.999)
        case .waitMean: return Self.mean(result.wait)
        case .waitP50: return Self.quantile(result.wait, 0.5)
        case .waitP99: return Self.quantile(result.wait, 0.99)
        case .firstTokenP50: return Self.quantile(result.timeToFirstToken, 0.5)
        case .firstTokenP99: return Self.quantile(result.timeToFirstToken, 0.99)
        case .interTokenP50: return Self.quantile(result.interToken, 0.5)
        case .interTokenP99: return Self.quantile(result.interToken, 0.99)
        case .coldP50: return Self.quantile(result.coldTotal, 0.5)
        case .coldP99: return Self.quantile(result.coldTotal, 0.99)
        default: return nil
        }
    }

    private func replicaSample(of figure: Figure) -> FigureSample? {
        let result = self.result
        switch figure {
        case .startMean: return Self.mean(result.startup)
        case .startP99: return Self.quantile(result.startup, 0.99)
        case .starts: return .mean(Double(result.startsFinished))
        case .meanReplicas: return .mean(result.replicaSeconds / self.seconds)
        case .peakReplicas: return self.mostReplicas.map { .mean($0) } ?? FigureSample.none
        case .peakWaiting: return .mean(Double(result.mostWaiting))
        case .replicaHours: return .mean(result.replicaSeconds / 3600 * Self.day / self.seconds)
        case .idleShare: return .ratio(result.idleSeconds, of: result.readySeconds)
        default: return nil
        }
    }

    private func costSample(of figure: Figure) -> FigureSample? {
        switch figure {
        case .cost: return self.cost.map { .mean($0 * Self.day / self.seconds) }
        case .costPerThousand:
            guard let cost, self.result.served > 0 else { return nil }
            return .ratio(cost, of: Double(self.result.served) / 1000)
        case .gpuHours: return self.cluster.map { .mean($0.gpuSeconds / 3600 * Self.day / self.seconds) }
        case .nodeHours: return self.cluster.map { .mean($0.nodeSeconds / 3600 * Self.day / self.seconds) }
        case .peakNodes:
            return self.cluster.map { .mean(Double($0.pools.reduce(0) { $0 + $1.mostNodes })) }
        default: return nil
        }
    }

    private static func mean(_ histogram: LatencyHistogram) -> FigureSample {
        histogram.count == 0 ? .none : .mean(histogram.mean / 1e9)
    }

    private static func quantile(_ histogram: LatencyHistogram, _ share: Double) -> FigureSample {
        guard histogram.count > 0 else { return .none }
        return .quantile(histogram.quantile(share) / 1e9, share: share, observations: Int(histogram.count))
    }
}

extension ServiceResult {
    /// All services as if they were one; logs and laws are left out.
    static func merged(_ services: [ServiceResult]) -> ServiceResult {
        var all = ServiceResult(name: "")
        for service in services {
            all.arrived += service.arrived
            all.served += service.served
            for (index, count) in service.failed.enumerated() { all.failed[index] += count }
            all.retries += service.retries
            all.cold += service.cold
            all.waited += service.waited
            all.withinObjective += service.withinObjective
            all.total.merge(service.total)
            all.wait.merge(service.wait)
            all.service.merge(service.service)
            all.coldTotal.merge(service.coldTotal)
            all.timeToFirstToken.merge(service.timeToFirstToken)
            all.interToken.merge(service.interToken)
            all.startup.merge(service.startup)
            for index in service.phases.indices { all.phases[index].merge(service.phases[index]) }
            for index in service.replicaTime.indices { all.replicaTime[index].add(service.replicaTime[index]) }
            all.startsOrdered += service.startsOrdered
            all.startsFinished += service.startsFinished
            all.startsFailed += service.startsFailed
            all.startsCancelled += service.startsCancelled
            all.replicasLost += service.replicasLost
            all.busyTime.add(service.busyTime)
            all.waitingTime.add(service.waitingTime)
            all.mostWaiting = max(all.mostWaiting, service.mostWaiting)
            all.decisions += service.decisions
            all.changes += service.changes
            all.cost += service.cost
        }
        return all
    }
}
