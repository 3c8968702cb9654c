import SimulationKit

/// What every report says of its origin.
public struct ReportContext: Sendable {
    public var scenarioName: String
    public var question: String
    /// Of the scenario document.
    public var scenarioHash: String
    public var currency: String
    public var traces: [ScenarioPlan.TraceUse]
    /// Traces in whose place requests were made up.
    public var standIns: [String]
    /// Version of the program.
    public var version: String
    /// How the warm-up was found, in words.
    public var warmUp: String
    /// How long it took; `nil` leaves it out, as reports that are compared do.
    public var wallSeconds: Double?

    public init(
        plan: ScenarioPlan,
        scenarioHash: String,
        version: String,
        warmUp: String,
        wallSeconds: Double? = nil
    ) {
        self.scenarioName = plan.name
        self.question = plan.question
        self.scenarioHash = scenarioHash
        self.currency = plan.currency
        self.traces = plan.traces
        self.standIns = plan.standIns
        self.version = version
        self.warmUp = warmUp
        self.wallSeconds = wallSeconds
    }

    /// What must not be overlooked when a trace was not there; `nil` when every trace was.
    var standInSentence: String? {
        guard !self.standIns.isEmpty else { return nil }
        let names = self.standIns.joined(separator: " and ")
        return "The requests are made up: \(names) was not read, and a process like it stood in."
    }

    func facts(_ outcome: ExperimentOutcome) -> [Report.Fact] {
        var facts: [Report.Fact] = [
            .init("scenario", "\(self.scenarioName), SHA-256 \(self.scenarioHash)"),
            .init("seed", "\(outcome.seed)"),
            .init("replications", "\(outcome.replications)\(outcome.isComplete ? "" : ", stopped early")"),
            .init("warm-up", self.warmUp),
            .init("results", "SHA-256 \(outcome.fingerprint)"),
        ]
        facts += self.traces.map { trace in
            let skipped = trace.skippedRows > 0 ? ", \(trace.skippedRows) rows left out" : ""
            return .init("trace", "\(trace.path), SHA-256 \(trace.sha256)\(skipped)")
        }
        facts += self.standIns.map { .init("trace", "\($0), not read: made-up requests stood in") }
        facts.append(.init("program", "Pilotlight \(self.version)"))
        if let wallSeconds {
            let rate = wallSeconds > 0 ? Double(outcome.events) / wallSeconds / 1e6 : 0
            let events = NumberText.decimal(Double(outcome.events), places: 0)
            let time = FigureUnit.seconds.text(wallSeconds)
            facts.append(
                .init("took", "\(time) for \(events) events, \(NumberText.significant(rate)) million a second")
            )
        }
        return facts
    }

    func limits(_ outcome: ExperimentOutcome) -> [String] {
        var limits: [String] = []
        if !outcome.isComplete {
            limits.append("The run was stopped: fewer replications than wanted stand behind the figures.")
        } else if !outcome.isSure {
            limits.append(
                "The replications ended at their maximum before the figure was as sure as the scenario wants it."
            )
        }
        let level = "Figures are means over \(outcome.replications) replications; ± is half of the 95 % interval of"
        limits.append(
            "\(level) Student's t over replications. 'insufficient' stands where fewer than 1,000 observations lie "
                + "beyond a percentile; 'one run' where one replication stands alone, which has no interval."
        )
        limits.append(
            "The intervals cover the luck of the simulation. They do not cover errors of its inputs: start-up times, "
                + "service times and load are as certain as their measurements. `pilotlight simulate fidelity` shows "
                + "how a live run compares."
        )
        for trace in self.traces where trace.skippedRows > 0 {
            let rows = trace.skippedRows == 1 ? "1 row" : "\(trace.skippedRows) rows"
            limits.append(
                "\(rows) of \(trace.path) made no sense and were left out; the first: \(trace.firstProblem ?? "?"). "
                    + "`pilotlight simulate trace inspect` tells of the others."
            )
        }
        if !self.traces.isEmpty {
            limits.append(
                "Every replication replays the same trace: the intervals do not say how other days would be."
            )
        }
        let hasClosed = outcome.variants.contains { variant in
            variant.scenario.services.contains {
                $0.workloads.contains { if case .closed = $0 { true } else { false } }
            }
        }
        if !hasClosed {
            limits.append("Clients do not react: what comes does not slow down when answers do.")
        }
        if outcome.variants.contains(where: { $0.scenario.cluster == nil }) {
            limits.append("There are no machines in the scenario: every replica finds room at once.")
        }
        return limits
    }
}
