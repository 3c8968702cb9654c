import SimulationKit
public import StructuredData

/// The report of a self-test: each exact figure beside the simulated one, with the deviation in standard errors.
public enum SelfTestReport {
    public static func report(_ outcome: SelfTest.Outcome, seed: UInt64, wallSeconds: Double?) -> Report {
        var report = Report(
            title: "Self-test",
            subtitle: "Systems with exact answers, through the whole simulator: engine, router, replicas, meters."
        )
        let misses = outcome.misses.count
        let count = outcome.rows.count
        if outcome.isGood {
            let within = "\(count - misses) of \(count) exact figures lie within their 99 % intervals"
            let chance = misses == 0 ? "." : "; chance alone explains the other \(misses)."
            report.verdict = ["The simulator agrees with queueing theory: \(within)\(chance)"]
        } else if !outcome.isComplete {
            report.verdict = ["The self-test was stopped; \(count - misses) of \(count) figures agree so far."]
        } else {
            report.verdict = [
                "The simulator does NOT agree with queueing theory: \(misses) of \(count) figures lie outside their "
                    + "99 % intervals, more than chance explains."
            ]
        }
        report.isGood = outcome.isGood
        report.tables = [
            ReportTable(
                title: "Exact and simulated",
                columns: ["case", "figure", "exact", "simulated (99 %)", "half-width", "std errors", ""],
                rows: outcome.rows.map(Self.row)
            )
        ]
        report.provenance = [.init("seed", "\(seed)")]
        if let wallSeconds {
            let events = NumberText.decimal(Double(outcome.events), places: 0)
            let rate = NumberText.significant(Double(outcome.events) / max(wallSeconds, 1e-9) / 1e6)
            let time = FigureUnit.seconds.text(wallSeconds)
            report.provenance.append(.init("took", "\(time) for \(events) events, \(rate) million a second"))
        }
        report.limits = [
            "One figure in a hundred lies outside a 99 % interval by chance. The test fails when there are more than "
                + "chance explains, or when one lies more than 4.5 standard errors away."
        ]
        return report
    }

    private static func row(_ row: SelfTest.Row) -> [ReportTable.Cell] {
        let relative = row.simulated.relativeHalfWidth.map { FigureUnit.share.text($0) } ?? "–"
        return [
            .init("\(row.key): \(row.title)"), .init(row.figure),
            .init(NumberText.significant(row.expected, digits: 6)),
            .init(row.simulated.value.map { NumberText.significant($0, digits: 6) } ?? "–"), .init(relative),
            .init(row.deviation.map { NumberText.decimal($0, places: 2) } ?? "–"),
            row.isMet ? .init("met", .good) : .init("MISSED", .bad),
        ]
    }

    public static func json(_ outcome: SelfTest.Outcome, seed: UInt64) -> JSONValue {
        [
            "version": JSONValue(ResultDocument.version),
            "kind": "selftest",
            "seed": .int(Int64(bitPattern: seed)),
            "isGood": .bool(outcome.isGood),
            "isComplete": .bool(outcome.isComplete),
            "rows": .array(
                outcome.rows.map { row in
                    var json = ResultDocument.estimate(row.simulated)
                    json["case"] = .string(row.key)
                    json["figure"] = .string(row.figure)
                    json["expected"] = .double(row.expected)
                    json["standardErrors"] = row.deviation.map { .double($0) }
                    json["isMet"] = .bool(row.isMet)
                    return json
                }
            ),
        ]
    }
}
