import SimulationKit

/// The report of one scenario as it stands.
public enum RunReport {
    public static func report(_ outcome: ExperimentOutcome, _ context: ReportContext) -> Report {
        var report = Report(title: context.scenarioName, subtitle: context.question)
        guard let variant = outcome.variants.first, !variant.digests.isEmpty else {
            report.verdict = ["Nothing is known: the run was stopped before its first replication ended."]
            report.isGood = false
            return report
        }
        let verdict = Verdict.of(variant, context)
        report.verdict = verdict.sentences + [context.standInSentence].compactMap(\.self)
        report.isGood = verdict.isGood
        report.tables = [Self.figures(variant, context)]
        if variant.services.count > 1 { report.tables.append(Self.services(variant, context)) }
        report.plots = RunPlots.plots(variant)
        report.provenance = context.facts(outcome)
        report.limits = context.limits(outcome)
        return report
    }

    private static func figures(_ variant: VariantOutcome, _ context: ReportContext) -> ReportTable {
        let rows = FigureSelection.figures(for: [variant]).map { figure -> [ReportTable.Cell] in
            let text = figure.unit(currency: context.currency).text(variant.estimate(figure))
            return [.init(figure.title), .init(text), .init(figure.meaning, .quiet)]
        }
        let title = variant.services.count > 1 ? "All services together" : "Figures"
        return ReportTable(title: title, columns: ["", "value", "meaning"], rows: rows)
    }

    /// At most so many services have a row of their own.
    private static let mostRows = 40

    private static func services(_ variant: VariantOutcome, _ context: ReportContext) -> ReportTable {
        let figures = FigureSelection.keyFigures(for: [variant]).filter { figure in
            variant.services.indices.contains { variant.estimate(figure, scope: $0 + 1).value != nil }
        }
        // The busiest first: a fleet's tail is the same line many times.
        let order = variant.services.indices.sorted { left, right in
            let loads = [left, right].map { variant.estimate(.requests, scope: $0 + 1).value ?? 0 }
            return (loads[1], left) < (loads[0], right)
        }
        let shown = order.count > Self.mostRows ? Array(order.prefix(Self.mostRows)) : variant.services.indices.sorted()
        let rows = shown.map { index in
            [ReportTable.Cell(variant.services[index])]
                + ([.requests] + figures).map { figure in
                    let estimate = variant.estimate(figure, scope: index + 1)
                    return ReportTable.Cell(figure.unit(currency: context.currency).text(estimate))
                }
        }
        let note =
            order.count > Self.mostRows
            ? "The \(Self.mostRows) busiest of \(order.count) services; the JSON result has all." : nil
        return ReportTable(
            title: "By service",
            columns: ["service"] + ([.requests] + figures).map(\.title),
            rows: rows,
            note: note
        )
    }
}
