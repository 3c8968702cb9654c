public import SimulationKit

/// What is kept of one replication: enough for every report, however many replications there are.
public struct RunDigest: Sendable {
    public let replication: Int
    /// The hash of everything that came out of the run.
    public let fingerprint: String
    public let events: UInt64
    /// The figures of all services together, then of each service in the scenario's order.
    private let samples: [[FigureSample]]
    /// Of served requests of all services together.
    public let latency: LatencyHistogram
    public let wait: LatencyHistogram
    /// Mean seconds of finished starts in each phase, of all services together, by `ReplicaPhase.rawValue`.
    public let phaseSeconds: [Double]
    public let startsFinished: UInt64
    /// Of the first replication only.
    public let result: RunResult?

    public init(_ result: RunResult, keepsResult: Bool) {
        self.replication = result.replication
        self.fingerprint = result.fingerprint
        self.events = result.events
        let merged = ServiceResult.merged(result.services)
        let hasNodes = !result.cluster.pools.isEmpty
        let peak =
            result.services.count == 1
            ? Double(result.services[0].mostReplicas)
            : result.timeline.steps.map { Double($0.readyMilli + $0.startingMilli) / 1000 }.max()
        let all = ScopeFigures(
            result: merged,
            seconds: result.measuredSeconds,
            cost: result.cost,
            cluster: hasNodes ? result.cluster : nil,
            mostReplicas: peak
        )
        let scopes =
            [all]
            + result.services.map { service in
                ScopeFigures(
                    result: service,
                    seconds: result.measuredSeconds,
                    cost: hasNodes ? nil : service.cost,
                    cluster: nil,
                    mostReplicas: Double(service.mostReplicas)
                )
            }
        self.samples = scopes.map { scope in Figure.allCases.map(scope.sample) }
        self.latency = merged.total
        self.wait = merged.wait
        self.phaseSeconds = merged.phases.map { $0.count == 0 ? 0 : $0.sum.seconds }
        self.startsFinished = merged.startsFinished
        self.result = keepsResult ? result : nil
    }

    /// - Parameter scope: 0 for all services together, else one more than the service's position.
    public func sample(of figure: Figure, scope: Int = 0) -> FigureSample {
        self.samples[scope][Figure.positions[figure] ?? 0]
    }
}

extension Figure {
    fileprivate static let positions = Dictionary(
        uniqueKeysWithValues: Figure.allCases.enumerated().map { ($1, $0) }
    )
}
