public import SimulationKit

/// Runs systems whose behaviour is known exactly through the whole simulator, and sets what it finds beside theory.
public struct SelfTest: Sendable {
    /// One figure, simulated and exact.
    public struct Row: Sendable {
        public let key: String
        public let title: String
        public let figure: String
        public let expected: Double
        /// With the 99 % interval.
        public let simulated: Estimate
        /// How many standard errors lie between them; `nil` when the simulation has no spread.
        public let deviation: Double?

        /// Whether the exact value lies within the 99 % interval.
        public let isMet: Bool
    }

    public struct Outcome: Sendable {
        public let rows: [Row]
        public let events: UInt64
        public let isComplete: Bool

        public var misses: [Row] { self.rows.filter { !$0.isMet } }

        /// As many misses as chance alone explains: one in a hundred, and none far off.
        public var isGood: Bool {
            guard self.isComplete else { return false }
            let isFar = self.misses.contains { abs($0.deviation ?? .infinity) > 4.5 }
            return !isFar && self.misses.count <= Self.explainable(self.rows.count)
        }

        /// So many misses at a chance of 1 % each come up in all but one of a thousand runs.
        static func explainable(_ checks: Int) -> Int {
            var share = 0.0
            var term = ElementaryFunctions.exp(Double(checks) * ElementaryFunctions.log(0.99))
            for misses in 0...checks {
                share += term
                if share >= 0.999 { return misses }
                term *= Double(checks - misses) / Double(misses + 1) * (0.01 / 0.99)
            }
            return checks
        }
    }

    public var seed: UInt64
    /// 1 for intervals of about one per cent; a tenth of it is ten times as fast and three times as wide.
    public var effort: Double

    public init(seed: UInt64 = 1, effort: Double = 1) {
        self.seed = seed
        self.effort = effort
    }

    private struct Piece: Sendable {
        let position: Int
        let replication: Int
    }

    /// - Parameter only: Cases whose key begins so; all when empty.
    public func run(jobs: Int, only: String = "", watch: ExperimentWatch = ExperimentWatch()) -> Outcome {
        let all = AnalyticCase.queues(effort: self.effort) + AnalyticCase.scaling(effort: self.effort)
        let cases = all.filter { $0.key.hasPrefix(only) }
        // The longest first, so that no thread is left with one at the end.
        let pieces = cases.indices.flatMap { position in
            (0..<cases[position].replications).map { Piece(position: position, replication: $0) }
        }
        watch.expect(pieces.count)
        let seed = self.seed
        let outcomes = ThreadPool(jobs: jobs).outcomes(of: pieces, isCancelled: { watch.isStopped }) { piece in
            Self.figures(cases[piece.position], piece.replication, seed: seed, watch)
        }
        var figures = [[[Double]]](repeating: [], count: cases.count)
        var events: UInt64 = 0
        for (piece, outcome) in zip(pieces, outcomes) {
            guard let outcome else { continue }
            figures[piece.position].append(outcome.figures)
            events += outcome.events
        }
        let rows = cases.indices.flatMap { position in Self.rows(cases[position], figures[position]) }
        return Outcome(rows: rows, events: events, isComplete: !watch.isStopped)
    }

    private static func figures(
        _ analytic: AnalyticCase,
        _ replication: Int,
        seed: UInt64,
        _ watch: ExperimentWatch
    ) -> (figures: [Double], events: UInt64)? {
        let run = SimulationRun(
            scenario: analytic.scenario,
            seed: seed,
            replication: replication,
            catalogue: .basic
        )
        let result = run.run { watch.isStopped }
        guard !watch.isStopped else { return nil }
        watch.finishOne(events: result.events)
        return (analytic.checks.map { $0.measure(result) }, result.events)
    }

    private static func rows(_ analytic: AnalyticCase, _ replications: [[Double]]) -> [Row] {
        analytic.checks.enumerated().map { index, check in
            let values = replications.map { $0[index] }
            var estimate = Replications.mean(of: values, confidence: 0.99)
            // What the reference itself is unsure of, and what the histogram rounds, widens the interval.
            if let interval = estimate.interval {
                let own = interval.halfWidth
                let other = 2.576 * check.expectedError
                let half = (own * own + other * other).squareRoot() + check.resolution * abs(check.expected)
                let value = estimate.value ?? 0
                estimate.interval = Interval(low: value - half, high: value + half)
            }
            return Row(
                key: analytic.key,
                title: analytic.title,
                figure: check.name,
                expected: check.expected,
                simulated: estimate,
                deviation: estimate.standardErrors(from: check.expected),
                isMet: estimate.interval?.contains(check.expected) ?? false
            )
        }
    }
}
