import SimulationKit
public import StructuredData

/// The report of a sensitivity study: for each figure the inputs in the order of what hangs on them.
public enum SensitivityReport {
    public static func report(
        _ found: Sensitivity.Outcome,
        _ plan: SensitivityPlan,
        _ context: ReportContext
    ) -> Report {
        var report = Report(title: "\(context.scenarioName): sensitivity", subtitle: context.question)
        guard let base = found.outcome.variants.first, !base.digests.isEmpty else {
            report.verdict = ["Nothing is known: the run was stopped before every variant had run once."]
            report.isGood = false
            return report
        }
        let studies = plan.figures.enumerated().compactMap { place, figure -> Study? in
            guard base.estimate(figure).value != nil else { return nil }
            return Study(figure, found, effects: found.effects.isEmpty ? [] : found.effects[place])
        }
        report.verdict = studies.map { $0.sentence(context) } + [context.standInSentence].compactMap(\.self)
        for study in studies {
            report.tables.append(study.table(context))
            if let screening = study.screening(context) { report.tables.append(screening) }
            report.plots += study.plots(context)
        }
        report.provenance = context.facts(found.outcome)
        report.limits =
            [
                "The ends of the ranges are the author's: an input that is surer than its range moves the figure less.",
                plan.trajectories > 0
                    ? "Morris's screening ranks inputs over their whole ranges together; its sizes are means over "
                        + "\(plan.trajectories) random ways and no prediction of any one of them."
                    : "One input is changed at a time: what two of them do together is not shown; `--morris` shows it.",
            ] + context.limits(found.outcome)
        return report
    }

    /// The member `sensitivity` of the result for programs.
    public static func json(_ found: Sensitivity.Outcome, _ plan: SensitivityPlan) -> JSONValue {
        .array(
            plan.figures.enumerated().map { place, figure in
                let study = Study(figure, found, effects: found.effects.isEmpty ? [] : found.effects[place])
                return ["figure": .string(figure.rawValue), "inputs": .array(study.rows.map(Self.row))]
            }
        )
    }

    private static func row(_ row: Study.Row) -> JSONValue {
        func end(_ end: Study.End) -> JSONValue {
            var json = ResultDocument.estimate(end.comparison.difference)
            json["input"] = end.value
            json["isShown"] = .bool(end.isShown)
            return json
        }
        var json: JSONValue = ["path": .string(row.path), "first": end(row.low), "last": end(row.high)]
        if let effect = row.effect {
            json["morris"] = [
                "meanSize": ResultDocument.estimate(effect.size), "mean": .double(effect.mean),
                "spread": .double(effect.spread),
            ]
        }
        return json
    }
}

extension SensitivityReport {
    /// One figure, and what the inputs do to it; those that do most come first.
    struct Study {
        struct End {
            let value: JSONValue
            let comparison: PairedComparison
            let isShown: Bool

            var text: String { self.value.stringValue ?? self.value.jsonText() }
        }

        struct Row {
            let path: String
            let name: String
            let low: End
            let high: End
            let effect: Morris.Effect?

            var swing: Plot.Swing {
                Plot.Swing(name: self.name, low: self.low.comparison.difference, high: self.high.comparison.difference)
            }
            var isShown: Bool { self.low.isShown || self.high.isShown }
        }

        let figure: Figure
        let base: VariantOutcome
        let rows: [Row]

        init(_ figure: Figure, _ found: Sensitivity.Outcome, effects: [Morris.Effect]) {
            let variants = found.outcome.variants
            let base = variants[0]
            let names = Self.names(of: found.inputs.map(\.path))
            let comparisons = found.inputs.map { input in
                [input.low, input.high].map { variants[$0.variant].comparison(figure, to: base) }
            }
            // Judged together, as all ends stand in one table.
            let corrected = PairedComparison.holm(comparisons.joined().compactMap(\.pValue))
            var next = corrected.makeIterator()
            let rows = found.inputs.enumerated().map { index, input in
                let ends = zip([input.low, input.high], comparisons[index]).map { end, comparison in
                    let pValue = comparison.pValue == nil ? nil : next.next()
                    return End(
                        value: end.value,
                        comparison: comparison,
                        isShown: comparison.verdict != .noDifferenceShown && (pValue ?? 1) <= 0.05
                    )
                }
                return Row(
                    path: input.path,
                    name: names[index],
                    low: ends[0],
                    high: ends[1],
                    effect: effects.isEmpty ? nil : effects[index]
                )
            }
            self.figure = figure
            self.base = base
            self.rows = rows.enumerated().sorted { left, right in
                (right.element.swing.reach, left.offset) < (left.element.swing.reach, right.offset)
            }.map(\.element)
        }

        /// The ends of the paths, as many steps of each as tell them apart.
        static func names(of paths: [String]) -> [String] {
            let steps = paths.map { $0.split(separator: ".") }
            return steps.indices.map { index in
                let longest = steps[index].count
                let count = (1...max(longest, 1)).first { count in
                    let end = steps[index].suffix(count)
                    return count >= min(2, longest)
                        && steps.indices.allSatisfy { $0 == index || Array(steps[$0].suffix(count)) != Array(end) }
                }
                return steps[index].suffix(count ?? longest).joined(separator: ".")
            }
        }

        // MARK: In words

        func sentence(_ context: ReportContext) -> String {
            let unit = self.figure.unit(currency: context.currency)
            let standing = "\(self.figure.title) is \(unit.text(self.base.estimate(self.figure))) as it stands"
            guard let first = self.rows.first(where: \.isShown) else {
                return "\(standing); none of the inputs is shown to move it."
            }
            func at(_ end: End) -> String {
                guard let base = self.base.estimate(self.figure).value, let difference = end.comparison.difference.value
                else { return "none at \(end.text)" }
                return "\(unit.text(base + difference)) at \(end.text)"
            }
            let most = "\(standing) and hangs most on \(first.name): \(at(first.low)), \(at(first.high))"
            let quiet = self.rows.filter { !$0.isShown }.map(\.name)
            let rest = quiet.isEmpty ? "" : "; not shown to matter: \(quiet.joined(separator: ", "))"
            return "\(most)\(rest)."
        }

        // MARK: Tables

        func table(_ context: ReportContext) -> ReportTable {
            let unit = self.figure.unit(currency: context.currency)
            func difference(_ end: End) -> ReportTable.Cell {
                guard let value = end.comparison.difference.value else { return .init("none", .quiet) }
                let half = end.comparison.difference.interval?.halfWidth
                let text = (value > 0 ? "+" : "") + (half.map { unit.text(value, halfWidth: $0) } ?? unit.text(value))
                return end.isShown ? .init(text) : .init(value == 0 ? "=" : "= (\(text))", .quiet)
            }
            return ReportTable(
                title: "What \(self.figure.title) hangs on, one input at a time",
                columns: ["input", "first value", "changes it by", "last value", "changes it by"],
                rows: self.rows.map { row in
                    [
                        .init(row.name), .init(row.low.text), difference(row.low), .init(row.high.text),
                        difference(row.high),
                    ]
                },
                note: "Paired differences to \(unit.text(self.base.estimate(self.figure))), the scenario as it stands. "
                    + "'=': no difference is shown."
            )
        }

        /// Morris's screening; `nil` without one.
        func screening(_ context: ReportContext) -> ReportTable? {
            guard self.rows.contains(where: { $0.effect != nil }) else { return nil }
            let unit = self.figure.unit(currency: context.currency)
            let ordered = self.rows.compactMap { row in row.effect.map { (row, $0) } }
                .sorted { $0.1.meanSize > $1.1.meanSize }
            return ReportTable(
                title: "What \(self.figure.title) hangs on, all inputs together (Morris)",
                columns: ["input", "mean size of its effect", "mean effect", "spread", "how it acts"],
                rows: ordered.map { row, effect in
                    [
                        .init(row.name), .init(unit.text(effect.size)), .init(unit.text(effect.mean)),
                        .init(unit.text(effect.spread)), .init(Self.reading(effect), .quiet),
                    ]
                },
                note: "The effect of crossing an input's whole range, from random points of all the others."
            )
        }

        private static func reading(_ effect: Morris.Effect) -> String {
            guard effect.meanSize > 0 else { return "not at all" }
            switch effect.spread / effect.meanSize {
            case ..<0.5: return "by itself"
            case ..<1: return "somewhat together with others, or bent"
            default: return "together with others, or bent"
            }
        }

        // MARK: Plots

        func plots(_ context: ReportContext) -> [Plot] {
            let unit = self.figure.unit(currency: context.currency)
            var plots: [Plot] = [
                .tornado(
                    "What \(self.figure.title) hangs on",
                    caption: "Each bar is one input, from its first to its last value while the others stand; the line "
                        + "is the scenario as it stands. Grey whiskers are 95 % intervals of the differences.",
                    axis: self.figure.title,
                    unit: unit,
                    base: self.base.estimate(self.figure).value ?? 0,
                    self.rows.map(\.swing)
                )
            ]
            let influences = self.rows.compactMap { row in
                row.effect.map { Plot.Influence(name: row.name, size: $0.size, spread: $0.spread) }
            }
            guard !influences.isEmpty else { return plots }
            plots.append(
                .influences(
                    "\(self.figure.title): Morris's screening",
                    caption: "Right: it moves the figure much. High: how much depends on the other inputs. Near the "
                        + "corner: it can be left as it is.",
                    axis: self.figure.title,
                    unit: unit,
                    influences
                )
            )
            return plots
        }
    }
}
