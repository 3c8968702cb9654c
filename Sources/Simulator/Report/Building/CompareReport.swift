import SimulationKit

/// The report of several variants that met the same luck: what each costs and does, and how they differ from the first.
public enum CompareReport {
    /// - Parameter title: What was done, as `compare` or `sweep`.
    public static func report(_ outcome: ExperimentOutcome, _ context: ReportContext, title: String) -> Report {
        var report = Report(title: "\(context.scenarioName): \(title)", subtitle: context.question)
        guard let baseline = outcome.variants.first, !baseline.digests.isEmpty else {
            report.verdict = ["Nothing is known: the run was stopped before every variant had run once."]
            report.isGood = false
            return report
        }
        let cost = FigureSelection.costFigure(for: outcome.variants)
        let standing = Standing(outcome.variants, cost: cost)
        report.verdict =
            CompareVerdict.sentences(outcome.variants, standing, context) + [context.standInSentence].compactMap(\.self)
        report.tables = [Self.table(outcome.variants, standing, context)]
        if outcome.variants.count > 1 {
            report.tables.append(Self.differences(outcome.variants, context))
        }
        report.plots = Self.plots(outcome.variants, standing, context)
        report.provenance = context.facts(outcome)
        report.limits = context.limits(outcome)
        return report
    }

    private static func table(
        _ variants: [VariantOutcome],
        _ standing: Standing,
        _ context: ReportContext
    ) -> ReportTable {
        let figures = FigureSelection.keyFigures(for: variants)
        let rows = variants.enumerated().map { index, variant in
            let mark = standing.knee == index ? " (knee)" : standing.front.contains(index) ? " *" : ""
            return [ReportTable.Cell(variant.name + mark, standing.front.contains(index) ? .good : .none)]
                + figures.map { figure in
                    let estimate = variant.estimate(figure)
                    return ReportTable.Cell(figure.unit(currency: context.currency).text(estimate))
                }
        }
        return ReportTable(
            title: "What each costs and does",
            columns: [""] + figures.map(\.title),
            rows: rows,
            note: "* nothing else here is both cheaper and faster at the 99th percentile."
        )
    }

    /// Paired differences to the first variant, judged together.
    private static func differences(
        _ variants: [VariantOutcome],
        _ context: ReportContext
    ) -> ReportTable {
        let figures = FigureSelection.comparedFigures(for: variants)
        let all = Self.judged(variants, figures)
        let rows = zip(variants.dropFirst(), all).map { variant, comparisons in
            [ReportTable.Cell(variant.name)]
                + zip(figures, comparisons).map { figure, judged in
                    Self.cell(judged, figure.unit(currency: context.currency))
                }
        }
        return ReportTable(
            title: "Differences to \(variants[0].name)",
            columns: [""] + figures.map(\.title),
            rows: rows,
            note: """
                Replication by replication under the same arrivals, so that luck cancels out. '=' where the interval \
                of the difference holds zero, or where Holm's correction for all of these comparisons together makes \
                it chance: no difference is shown.
                """
        )
    }

    struct Judged {
        let comparison: PairedComparison
        /// Holm's p-value among all comparisons of the report.
        let corrected: Double?

        var isShown: Bool { self.comparison.verdict != .noDifferenceShown && (self.corrected ?? 1) <= 0.05 }
    }

    /// The comparisons of all variants but the first with the first, corrected together.
    static func judged(_ variants: [VariantOutcome], _ figures: [Figure]) -> [[Judged]] {
        guard let baseline = variants.first else { return [] }
        let comparisons = variants.dropFirst().map { variant in
            figures.map { variant.comparison($0, to: baseline) }
        }
        let corrected = PairedComparison.holm(comparisons.joined().compactMap(\.pValue))
        var next = corrected.makeIterator()
        return comparisons.map { row in
            row.map { Judged(comparison: $0, corrected: $0.pValue == nil ? nil : next.next()) }
        }
    }

    private static func cell(_ judged: Judged, _ unit: FigureUnit) -> ReportTable.Cell {
        guard let value = judged.comparison.difference.value else { return .init("none", .quiet) }
        guard let interval = judged.comparison.difference.interval else { return .init(unit.text(value), .quiet) }
        let sign = value > 0 ? "+" : ""
        let text = sign + unit.text(value, halfWidth: interval.halfWidth)
        guard judged.isShown else { return .init(value == 0 ? "=" : "= (\(text))", .quiet) }
        return .init(text, value < 0 ? .good : .bad)
    }

    private static func plots(
        _ variants: [VariantOutcome],
        _ standing: Standing,
        _ context: ReportContext
    ) -> [Plot] {
        var plots: [Plot] = []
        let unit = standing.cost.unit(currency: context.currency)
        let candidates = variants.enumerated().map { index, variant in
            Plot.Candidate(
                name: variant.name,
                cost: variant.estimate(standing.cost),
                latency: variant.estimate(.latencyP99),
                isOnFront: standing.front.contains(index),
                isKnee: standing.knee == index
            )
        }
        let currency = context.currency.isEmpty ? "" : " (\(context.currency))"
        plots.append(
            .front(
                "Cost against p99",
                caption:
                    "Left is cheaper, down is faster. The dashed line joins what nothing else beats; the ring marks "
                    + "the knee, from where on more money buys little. Crosses are 95 % intervals.",
                cost: (standing.cost.title + (standing.cost == .cost ? currency : ""), unit),
                latency: "p99 latency",
                candidates
            )
        )
        plots += Self.differencePlots(variants, standing.cost, context)
        plots += RunPlots.sideBySide(Array(variants.prefix(6)))
        plots.append(RunPlots.tail(variants.prefix(8).map { ($0.name, $0.latency) }))
        if let phases = RunPlots.phases(Array(variants.prefix(12))) { plots.append(phases) }
        return plots
    }

    private static func differencePlots(
        _ variants: [VariantOutcome],
        _ cost: Figure,
        _ context: ReportContext
    ) -> [Plot] {
        guard variants.count > 1 else { return [] }
        return [cost, .latencyP99].map { figure in
            let differences = variants.dropFirst().map { variant in
                (name: variant.name, estimate: variant.comparison(figure, to: variants[0]).difference)
            }
            return .differences(
                "Difference in \(figure.title) to \(variants[0].name)",
                caption: "Left of the line is less than \(variants[0].name). Bars are 95 % intervals of paired "
                    + "differences; grey where they hold zero.",
                axis: figure.title,
                unit: figure.unit(currency: context.currency),
                Array(differences)
            )
        }
    }
}
