public import SimulationKit
public import StructuredData

/// Looks for the variant with the least of a figure among those that keep to limits.
public struct Optimization: Sendable {
    public let plan: OptimizePlan
    public let document: ScenarioDocument
    public let catalogue: PolicyCatalogue
    public let traces: TraceShelf
    public let seed: UInt64
    public let replications: PrecisionRule

    public init(
        plan: OptimizePlan,
        document: ScenarioDocument,
        catalogue: PolicyCatalogue,
        traces: TraceShelf,
        seed: UInt64,
        replications: PrecisionRule
    ) {
        self.plan = plan
        self.document = document
        self.catalogue = catalogue
        self.traces = traces
        self.seed = seed
        self.replications = replications
    }

    /// What was found, and every variant that was looked at.
    public struct Outcome: Sendable {
        /// In the order in which they were looked at first, each with all its replications.
        public var outcome: ExperimentOutcome
        /// The position of the best; `nil` when none keeps to the limits.
        public var best: Int?
        /// Variants that were given up before the others, because the rest cannot make them the best any more.
        public var givenUp: Set<Int>
    }

    /// - Throws: What is wrong with the fields or values.
    public func run(jobs: Int, watch: ExperimentWatch = ExperimentWatch()) throws(ProblemList) -> Outcome {
        if let capacity = self.plan.capacity { return try self.halve(capacity, jobs: jobs, watch) }
        let points: [Sweep.Point]
        do {
            points = try Sweep.grid(self.plan.over)
        } catch {
            throw ProblemList([error])
        }
        return try self.race(points, jobs: jobs, watch)
    }

    // MARK: Halving

    /// The smallest number that keeps to the limits, found by halving the range: more is never worse.
    private func halve(
        _ capacity: OptimizePlan.Capacity,
        jobs: Int,
        _ watch: ExperimentWatch
    ) throws(ProblemList) -> Outcome {
        var looked: [(number: Int, variant: VariantOutcome)] = []
        var isSure = true
        func keeps(_ number: Int) throws(ProblemList) -> Bool {
            let point = capacity.paths.map { ScenarioPlan.Setting(path: $0, value: JSONValue(number)) }
            let outcome = try self.run([point], name: { _ in "\(number)" }, self.replications, jobs, watch)
            isSure = isSure && outcome.isSure
            guard let variant = outcome.variants.first, !variant.digests.isEmpty else { return false }
            looked.append((number, variant))
            return self.plan.limits.allSatisfy { $0.isLikelyKept(by: variant) }
        }
        var (low, high) = (capacity.range.lowerBound, capacity.range.upperBound)
        var best: Int?
        if try keeps(high) {
            best = high
            while low < high, !watch.isStopped {
                let middle = low + (high - low) / 2
                if try keeps(middle) {
                    best = middle
                    high = middle
                } else {
                    low = middle + 1
                }
            }
        }
        let ordered = looked.sorted { $0.number < $1.number }
        return Outcome(
            outcome: ExperimentOutcome(
                variants: ordered.map(\.variant),
                seed: self.seed,
                isComplete: !watch.isStopped,
                isSure: isSure
            ),
            best: ordered.firstIndex { $0.number == best },
            givenUp: []
        )
    }

    // MARK: Racing

    /// Runs all combinations a few times, gives up what surely breaks a limit or surely costs more than one that keeps
    /// them, and spends the rest of the replications on what is left.
    private func race(_ points: [Sweep.Point], jobs: Int, _ watch: ExperimentWatch) throws(ProblemList) -> Outcome {
        let few = max(3, min(self.replications.minimum, self.replications.maximum / 2))
        let start = PrecisionRule(minimum: few, maximum: few, relativeHalfWidth: nil)
        let first = try self.run(points, name: Sweep.name, start, jobs, watch)
        guard !watch.isStopped, self.replications.maximum > few else {
            return Outcome(outcome: first, best: self.best(of: first.variants), givenUp: [])
        }
        let givenUp = self.hopeless(first.variants)
        let left = points.indices.filter { !givenUp.contains($0) }
        let rest = PrecisionRule(
            minimum: self.replications.maximum,
            maximum: self.replications.maximum,
            relativeHalfWidth: nil
        )
        let second = try self.run(left.map { points[$0] }, name: Sweep.name, rest, jobs, watch)
        var variants = first.variants
        for (index, variant) in zip(left, second.variants) where !variant.digests.isEmpty { variants[index] = variant }
        let outcome = ExperimentOutcome(
            variants: variants,
            seed: self.seed,
            isComplete: second.isComplete,
            isSure: second.isSure
        )
        return Outcome(outcome: outcome, best: self.best(of: variants), givenUp: givenUp)
    }

    private func run(
        _ points: [Sweep.Point],
        name: (Sweep.Point) -> String,
        _ rule: PrecisionRule,
        _ jobs: Int,
        _ watch: ExperimentWatch
    ) throws(ProblemList) -> ExperimentOutcome {
        let variants = try Sweep.variants(
            points.map { (name($0), $0) },
            of: self.document,
            catalogue: self.catalogue,
            traces: self.traces
        )
        let experiment = Experiment(
            variants: variants,
            seed: self.seed,
            replications: rule,
            sureFigure: self.plan.minimize,
            catalogue: self.catalogue
        )
        return experiment.run(jobs: jobs, watch: watch)
    }

    private func hopeless(_ variants: [VariantOutcome]) -> Set<Int> {
        let verdicts = variants.map { variant in self.plan.limits.map { $0.verdict(on: variant) } }
        let keeping = variants.indices.filter { verdicts[$0].allSatisfy { $0 == .kept } }
        let bound = keeping.compactMap { variants[$0].estimate(self.plan.minimize).interval?.high }.min() ?? .infinity
        let hopeless = variants.indices.filter { index in
            if verdicts[index].contains(.broken) { return true }
            return (variants[index].estimate(self.plan.minimize).interval?.low ?? -.infinity) > bound
        }
        // When all break a limit the report is to show by how much.
        return hopeless.count == variants.count ? [] : Set(hopeless)
    }

    private func best(of variants: [VariantOutcome]) -> Int? {
        let keeping = variants.indices.filter { index in
            !variants[index].digests.isEmpty && self.plan.limits.allSatisfy { $0.isLikelyKept(by: variants[index]) }
        }
        return keeping.min { left, right in
            let figures = [left, right].map { variants[$0].estimate(self.plan.minimize).value ?? .infinity }
            return figures[0] < figures[1]
        }
    }
}
