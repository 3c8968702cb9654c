public import SimulationKit

/// Several variants of a scenario, each run many times with the same luck.
public struct Experiment: Sendable {
    /// One model to run.
    public struct Variant: Sendable {
        public var name: String
        public var scenario: Scenario

        public init(name: String, scenario: Scenario) {
            self.name = name
            self.scenario = scenario
        }
    }

    public var variants: [Variant]
    public var seed: UInt64
    public var replications: PrecisionRule
    /// The figure that must be sure in every variant before the replications end.
    public var sureFigure: Figure
    public var catalogue: PolicyCatalogue

    public init(
        variants: [Variant],
        seed: UInt64,
        replications: PrecisionRule,
        sureFigure: Figure = .latencyMean,
        catalogue: PolicyCatalogue
    ) {
        self.variants = variants
        self.seed = seed
        self.replications = replications
        self.sureFigure = sureFigure
        self.catalogue = catalogue
    }

    private struct Piece: Sendable {
        let variant: Int
        let replication: Int
    }

    /// Runs until the rule is satisfied, or until it is told to stop.
    ///
    /// The same seed gives the same outcome, bit for bit, whatever the number of jobs.
    ///
    /// - Parameters:
    ///   - watch: Is told how far the experiment is, and says whether to stop.
    public func run(jobs: Int, watch: ExperimentWatch = ExperimentWatch()) -> ExperimentOutcome {
        let pool = ThreadPool(jobs: jobs)
        var digests = [[RunDigest]](repeating: [], count: self.variants.count)
        var total = self.replications.minimum
        var begun = 0
        while begun < total, !watch.isStopped {
            // All variants of a replication before the next one, so that what is cut short can still be compared.
            let pieces = (begun..<total).flatMap { replication in
                self.variants.indices.map { Piece(variant: $0, replication: replication) }
            }
            watch.expect(pieces.count)
            let outcomes = pool.outcomes(of: pieces, isCancelled: { watch.isStopped }) { piece in
                self.digest(of: piece, watch)
            }
            for (piece, outcome) in zip(pieces, outcomes) {
                if let outcome { digests[piece.variant].append(outcome) }
            }
            begun = total
            total = self.total(after: digests)
        }
        let isComplete = !watch.isStopped
        // Pairs only: a replication that one variant lacks tells nothing about differences.
        let count = digests.map(\.count).min() ?? 0
        return ExperimentOutcome(
            variants: zip(self.variants, digests).map { variant, digests in
                VariantOutcome(
                    name: variant.name,
                    services: variant.scenario.services.map(\.name),
                    digests: Array(digests.prefix(count)),
                    scenario: variant.scenario
                )
            },
            seed: self.seed,
            isComplete: isComplete,
            isSure: isComplete && self.isSure(digests)
        )
    }

    private func digest(of piece: Piece, _ watch: ExperimentWatch) -> RunDigest? {
        let run = SimulationRun(
            scenario: self.variants[piece.variant].scenario,
            seed: self.seed,
            replication: piece.replication,
            catalogue: self.catalogue
        )
        let result = run.run { watch.isStopped }
        // What was cut short covers another time than the others.
        guard !watch.isStopped else { return nil }
        watch.finishOne(events: result.events)
        return RunDigest(result, keepsResult: piece.replication == 0)
    }

    /// How many replications there should be, judged by the variant that is least sure.
    private func total(after digests: [[RunDigest]]) -> Int {
        digests.map { digests in
            switch self.verdict(digests) {
            case .more(let total): total
            case .enough, .exhausted: digests.count
            }
        }.max() ?? 0
    }

    private func isSure(_ digests: [[RunDigest]]) -> Bool { digests.allSatisfy { self.verdict($0) == .enough } }

    private func verdict(_ digests: [RunDigest]) -> PrecisionRule.Verdict {
        let values = digests.compactMap { $0.sample(of: self.sureFigure).value }
        // A figure that some replications lack, a latency where nothing came, can never be sure.
        guard values.count == digests.count else {
            return digests.count < self.replications.minimum ? .more(total: self.replications.minimum) : .exhausted
        }
        return self.replications.verdict(on: values)
    }
}
