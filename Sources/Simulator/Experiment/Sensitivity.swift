public import SimulationKit
public import StructuredData

/// What `sensitivity` varies, and which figures it watches.
public struct SensitivityPlan: Sendable, Equatable {
    public var figures: [Figure]
    /// Each with its values from one end to the other; at least two.
    public var inputs: [ScenarioPlan.SweepField]
    /// Random ways through all inputs at once, for Morris's screening; 0: none.
    public var trajectories: Int

    public init(
        figures: [Figure] = Self.standardFigures,
        inputs: [ScenarioPlan.SweepField] = [],
        trajectories: Int = 0
    ) {
        self.figures = figures
        self.inputs = inputs
        self.trajectories = trajectories
    }

    /// What is watched when nothing is named.
    public static let standardFigures: [Figure] = [.cost, .latencyP99]
}

/// Which inputs of a scenario its figures hang on: one at a time, and many together.
///
/// One at a time each input goes to both its ends while the others stand, which is what a tornado plot shows. That misses
/// inputs that only matter together; Morris's screening finds those at the price of a few runs an input.
public struct Sensitivity: Sendable {
    public let plan: SensitivityPlan
    public let document: ScenarioDocument
    public let catalogue: PolicyCatalogue
    public let traces: TraceShelf
    public let seed: UInt64
    public let replications: PrecisionRule

    public init(
        plan: SensitivityPlan,
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

    /// One input at one of its ends, the others as they stand.
    public struct End: Sendable {
        public let value: JSONValue
        /// The position of its variant.
        public let variant: Int
    }

    public struct Input: Sendable {
        public let path: String
        public let low: End
        public let high: End
    }

    public struct Outcome: Sendable {
        /// First the scenario as it stands, then every input at its first and its last value.
        public let outcome: ExperimentOutcome
        public let inputs: [Input]
        /// For each figure of the plan the effects of the inputs, in their order; empty without trajectories, and when
        /// the screening was stopped.
        public let effects: [[Morris.Effect]]
    }

    /// - Parameter base: The scenario as it stands, as it is called in the report.
    /// - Throws: What is wrong with the inputs or their values.
    public func run(
        base: Experiment.Variant,
        jobs: Int,
        watch: ExperimentWatch = ExperimentWatch()
    ) throws(ProblemList) -> Outcome {
        try self.check()
        var points: [Sweep.Point] = []
        var inputs: [Input] = []
        for input in self.plan.inputs {
            guard let first = input.values.first, let last = input.values.last else { continue }
            inputs.append(
                Input(
                    path: input.path,
                    low: End(value: first, variant: points.count + 1),
                    high: End(value: last, variant: points.count + 2)
                )
            )
            points += [first, last].map { [ScenarioPlan.Setting(path: input.path, value: $0)] }
        }
        let variants = try self.variants(points, warmUpSeconds: base.scenario.warmUpSeconds)
        let screening = try self.screening(warmUpSeconds: base.scenario.warmUpSeconds)
        let outcome = self.experiment([base] + variants, self.replications).run(jobs: jobs, watch: watch)
        return Outcome(
            outcome: outcome,
            inputs: inputs,
            effects: watch.isStopped ? [] : self.effects(screening, jobs: jobs, watch)
        )
    }

    private func check() throws(ProblemList) {
        var problems: [Problem] = []
        if self.plan.inputs.isEmpty { problems.append(Problem(path: "sensitivity", message: "names no input to vary")) }
        for input in self.plan.inputs where input.values.count < 2 || input.values.first == input.values.last {
            problems.append(Problem(path: input.path, message: "needs two values: the ends of its range"))
        }
        guard problems.isEmpty else { throw ProblemList(problems) }
    }

    private func variants(_ points: [Sweep.Point], warmUpSeconds: Double) throws(ProblemList) -> [Experiment.Variant] {
        let variants = try Sweep.variants(
            points.map { (Sweep.name(of: $0), $0) },
            of: self.document,
            catalogue: self.catalogue,
            traces: self.traces
        )
        return variants.map { variant in
            var variant = variant
            variant.scenario.warmUpSeconds = warmUpSeconds
            return variant
        }
    }

    private func experiment(_ variants: [Experiment.Variant], _ rule: PrecisionRule) -> Experiment {
        Experiment(
            variants: variants,
            seed: self.seed,
            replications: rule,
            sureFigure: self.plan.figures.first ?? .latencyMean,
            catalogue: self.catalogue
        )
    }

    // MARK: Screening

    /// The design of the screening, and the variants that it needs; equal points are run once.
    private struct Screening {
        let morris: Morris
        var variants: [Experiment.Variant] = []
        /// For each point of the design its variant.
        var places: [Int] = []
    }

    private func screening(warmUpSeconds: Double) throws(ProblemList) -> Screening? {
        guard self.plan.trajectories > 0 else { return nil }
        var stream = RandomStream(seed: self.seed, replication: 0, purpose: .sampling)
        // Four levels where every list of values has a place for each of them; the ends alone otherwise.
        let hasThirds = self.plan.inputs.allSatisfy { ($0.values.count - 1).isMultiple(of: 3) }
        let morris = Morris(
            inputs: self.plan.inputs.count,
            trajectories: self.plan.trajectories,
            levels: hasThirds ? 4 : 2
        ) { stream.uniform() }
        var screening = Screening(morris: morris)
        var known: [[Int]: Int] = [:]
        var points: [Sweep.Point] = []
        for point in morris.points {
            let choice = zip(point, self.plan.inputs).map { share, input in
                Int((share * Double(input.values.count - 1)).rounded())
            }
            if let place = known[choice] {
                screening.places.append(place)
                continue
            }
            known[choice] = points.count
            screening.places.append(points.count)
            points.append(
                zip(choice, self.plan.inputs).map { ScenarioPlan.Setting(path: $1.path, value: $1.values[$0]) }
            )
        }
        screening.variants = try self.variants(points, warmUpSeconds: warmUpSeconds)
        return screening
    }

    private func effects(_ screening: Screening?, jobs: Int, _ watch: ExperimentWatch) -> [[Morris.Effect]] {
        guard let screening else { return [] }
        // What counts is the change from point to point under the same luck: a few replications show it.
        let count = min(self.replications.minimum, Self.screeningReplications)
        let rule = PrecisionRule(minimum: count, maximum: count, relativeHalfWidth: nil)
        let outcome = self.experiment(screening.variants, rule).run(jobs: jobs, watch: watch)
        guard outcome.isComplete else { return [] }
        return self.plan.figures.map { figure in
            let values = outcome.variants.map { $0.estimate(figure).value ?? 0 }
            return screening.morris.effects(of: screening.places.map { values[$0] })
        }
    }

    private static let screeningReplications = 4
}
