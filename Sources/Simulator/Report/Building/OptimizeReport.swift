import SimulationKit

/// The report of an optimisation: the best, how sure it is that it keeps to the limits, and what was tried.
public enum OptimizeReport {
    public static func report(
        _ found: Optimization.Outcome,
        _ plan: OptimizePlan,
        _ context: ReportContext
    ) -> Report {
        let variants = found.outcome.variants
        var report = CompareReport.report(found.outcome, context, title: "optimize")
        report.isGood = found.best != nil
        report.verdict = Self.verdict(found, plan, context) + [context.standInSentence].compactMap(\.self)
        report.tables = [Self.table(found, plan, context)]
        if let best = found.best, let phases = RunPlots.phases([variants[best]]) {
            report.plots = report.plots.filter { $0.title == "Cost against p99" } + [phases]
        }
        return report
    }

    private static func verdict(
        _ found: Optimization.Outcome,
        _ plan: OptimizePlan,
        _ context: ReportContext
    ) -> [String] {
        let limits = plan.limits.map { $0.text(currency: context.currency) }.joined(separator: ", ")
        let variants = found.outcome.variants
        guard let best = found.best else {
            return ["None of the \(variants.count) variants that were tried keeps to the limits (\(limits))."]
        }
        let unit = plan.minimize.unit(currency: context.currency)
        let figure = unit.text(variants[best].estimate(plan.minimize))
        var sentences: [String] = []
        if let capacity = plan.capacity {
            let field = capacity.paths.joined(separator: " and ")
            // Of a search that was stopped nobody knows whether less would do.
            let what = found.outcome.isComplete ? "the smallest \(field)" : "the smallest of those tried for \(field)"
            sentences.append("\(variants[best].name) is \(what) that keeps to the limits (\(limits)).")
            sentences.append("Its \(plan.minimize.title) is \(figure).")
        } else {
            let among = found.outcome.isComplete ? "the least" : "of what was run until it was stopped the least"
            let what = "\(among) \(plan.minimize.title) that keeps to the limits (\(limits))"
            sentences.append("\(variants[best].name) has \(what): \(figure).")
        }
        let unsure = plan.limits.filter { $0.verdict(on: variants[best]) == .unsure }
        if !unsure.isEmpty {
            let names = unsure.map(\.figure.title).joined(separator: ", ")
            sentences.append(
                "The interval of \(names) reaches beyond its limit: take one step more, or replicate more."
            )
        }
        return sentences
    }

    private static func table(
        _ found: Optimization.Outcome,
        _ plan: OptimizePlan,
        _ context: ReportContext
    ) -> ReportTable {
        let rows = found.outcome.variants.enumerated().map { index, variant -> [ReportTable.Cell] in
            let figure = variant.estimate(plan.minimize)
            let limits = plan.limits.map { limit -> ReportTable.Cell in
                let unit = limit.figure.unit(currency: context.currency)
                let estimate = variant.estimate(limit.figure, service: limit.service)
                let text = estimate.map { unit.text($0) } ?? "none"
                return .init(text, limit.isLikelyKept(by: variant) ? .good : .bad)
            }
            let name = found.best == index ? "\(variant.name) (best)" : variant.name
            let runs = "\(variant.digests.count)"
            return [.init(name, found.best == index ? .good : .none)]
                + [.init(plan.minimize.unit(currency: context.currency).text(figure))] + limits
                + [.init(found.givenUp.contains(index) ? "\(runs), given up" : runs, .quiet)]
        }
        return ReportTable(
            title: "What was tried",
            columns: ["", plan.minimize.title] + plan.limits.map { $0.text(currency: context.currency) }
                + ["replications"],
            rows: rows,
            note: found.givenUp.isEmpty
                ? nil : "Given up: surely beyond a limit, or surely worse than one that keeps to all of them."
        )
    }
}
