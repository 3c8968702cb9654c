import Hashing
public import SimulationKit

/// What an experiment found out.
public struct ExperimentOutcome: Sendable {
    /// In the order in which they were given; all with the same replications.
    public let variants: [VariantOutcome]
    public let seed: UInt64
    /// `false` when it was stopped: what is there is right, but less sure.
    public let isComplete: Bool
    /// Whether the figure that was to be sure is.
    public let isSure: Bool

    public var replications: Int { self.variants.first?.digests.count ?? 0 }
    public var events: UInt64 { self.variants.reduce(0) { $0 + $1.digests.reduce(0) { $0 + $1.events } } }

    /// The hash of all results: the same seed and scenario give the same one anywhere, on any number of threads.
    public var fingerprint: String {
        var hash = SHA256()
        for variant in self.variants {
            for digest in variant.digests { hash.update(digest.fingerprint.utf8) }
        }
        return hash.hexDigest()
    }
}

/// What the replications of one variant say together.
public struct VariantOutcome: Sendable {
    public let name: String
    public let services: [String]
    public let digests: [RunDigest]
    public let scenario: Scenario

    /// A figure over all services.
    public func estimate(_ figure: Figure) -> Estimate { self.estimate(figure, scope: 0) }

    /// A figure of one service; over all when `service` is `nil`.
    ///
    /// - Returns: `nil` when there is no such service.
    public func estimate(_ figure: Figure, service: String?) -> Estimate? {
        guard let service else { return self.estimate(figure) }
        return self.services.firstIndex(of: service).map { self.estimate(figure, scope: $0 + 1) }
    }

    public func estimate(_ figure: Figure, scope: Int) -> Estimate {
        FigureSample.estimate(of: self.digests.map { $0.sample(of: figure, scope: scope) })
    }

    /// The figure of each replication; `nil` for those that have none.
    public func values(_ figure: Figure, scope: Int = 0) -> [Double?] {
        self.digests.map { $0.sample(of: figure, scope: scope).value }
    }

    /// Latencies of all replications together.
    public var latency: LatencyHistogram {
        self.digests.reduce(into: LatencyHistogram()) { $0.merge($1.latency) }
    }

    /// Mean seconds of a start in each phase, by `ReplicaPhase.rawValue`; all zero when nothing started.
    public var phaseSeconds: [Double] {
        let starts = self.digests.reduce(0) { $0 + Double($1.startsFinished) }
        guard starts > 0 else { return Array(repeating: 0, count: ReplicaPhase.allCases.count) }
        return ReplicaPhase.allCases.indices.map { phase in
            self.digests.reduce(0) { $0 + $1.phaseSeconds[phase] } / starts
        }
    }

    /// The differences of a figure to another variant's, replication by replication.
    public func comparison(_ figure: Figure, to baseline: VariantOutcome) -> PairedComparison {
        let pairs = zip(baseline.values(figure), self.values(figure)).compactMap { base, own in
            base.flatMap { base in own.map { (base, $0) } }
        }
        return PairedComparison(baseline: pairs.map(\.0), alternative: pairs.map(\.1))
    }
}
