import SimulationKit
public import StructuredData

/// The report of live runs beside their simulations.
public enum FidelityReport {
    public static func report(_ outcomes: [(profile: String, outcome: FidelityOutcome)], seed: UInt64) -> Report {
        var report = Report(
            title: "Fidelity",
            subtitle: "A platform was run on this machine, and the same arrivals were simulated with what was measured."
        )
        report.isGood = outcomes.allSatisfy(\.outcome.isGood)
        report.verdict = outcomes.map { profile, outcome in
            let missed = outcome.rows.filter { !$0.isMet }.map(\.name)
            let what = missed.isEmpty ? "the simulation meets the live run in every figure" : "off in"
            return "\(profile): \(what)\(missed.isEmpty ? "" : " \(missed.joined(separator: ", "))")."
        }
        report.tables = outcomes.map(Self.table)
        report.provenance = [.init("seed", "\(seed)")]
        report.limits = [
            "Requests work and replicas start exactly as long as in the live run, in the same order; only starts beyond "
                + "the live ones are drawn from those. The check is of engine, router and decisions, not of how well "
                + "yesterday's measurements foretell tomorrow.",
            "Simulated runs differ in where the autoscaler's clock stood when the first request came, which nobody "
                + "recorded. Two standard deviations of that are part of what is allowed, beside 5 % (p95, starts and waits "
                + "10 %, p99 15 %). Replicas over time may stray as far as the simulated run that strays most, decisions may differ a quarter more "
                + "than simulated runs differ from each other.",
            "One live run has luck of its own. Repeat it: a simulation cannot be nearer to a live run than live runs "
                + "are to each other.",
        ]
        return report
    }

    private static func table(_ profile: String, _ outcome: FidelityOutcome) -> ReportTable {
        ReportTable(
            title: "\(profile): \(outcome.requests) requests, \(outcome.decisions) decisions",
            columns: ["figure", "live", "simulated", "error", "allowed", ""],
            rows: outcome.rows.map { row in
                [
                    .init(row.name), .init(row.unit.text(row.live)), .init(row.unit.text(row.simulated)),
                    .init(row.error.map { "\(NumberText.decimal($0 * 100, places: 1)) %" } ?? "–"),
                    .init(row.tolerance > 0 ? FigureUnit.share.text(row.tolerance) : "by chance"),
                    row.isMet ? .init("met", .good) : .init("OFF", .bad),
                ]
            }
        )
    }

    public static func json(_ outcomes: [(profile: String, outcome: FidelityOutcome)], seed: UInt64) -> JSONValue {
        [
            "version": JSONValue(ResultDocument.version),
            "kind": "fidelity",
            "seed": .int(Int64(bitPattern: seed)),
            "isGood": .bool(outcomes.allSatisfy(\.outcome.isGood)),
            "profiles": .array(
                outcomes.map { profile, outcome in
                    [
                        "name": .string(profile), "isGood": .bool(outcome.isGood),
                        "requests": JSONValue(outcome.requests), "decisions": JSONValue(outcome.decisions),
                        "figures": .array(outcome.rows.map(Self.row)),
                    ]
                }
            ),
        ]
    }

    private static func row(_ row: FidelityOutcome.Row) -> JSONValue {
        var json: JSONValue = ["name": .string(row.name), "live": .double(row.live)]
        json["simulated"] = ResultDocument.estimate(row.simulated)
        json["error"] = row.error.map { .double($0) }
        json["tolerance"] = .double(row.tolerance)
        json["isMet"] = .bool(row.isMet)
        return json
    }
}
