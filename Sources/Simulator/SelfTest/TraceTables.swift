import SimulationKit

/// The tables of the literature and of the world that a folder of public traces allows to reproduce.
public enum TraceTables {
    /// Cold starts of the third quartile and waste, in per cent, of keep-alive rules on 1,000 functions for a day:
    /// computed by another program.
    private static let policyReference: [String: (cold: Double, waste: Double)] = [
        "fixed_5": (50, 86.28), "fixed_10": (35.821, 100), "fixed_20": (26.19, 114.05), "fixed_30": (25, 122.95),
        "fixed_45": (20, 132.89), "fixed_60": (19.231, 141.22), "fixed_90": (17.391, 150.51),
        "fixed_120": (14.286, 157.84), "fixed_240": (10, 176.76), "no_unload": (7.143, 229.48),
        "hybrid240_min0": (25, 80.01), "hybrid240_min2": (18.242, 87.55), "hybrid240_min5": (14.286, 95.34),
        "hybrid240_min10": (12.5, 103.05), "hybrid240_min20": (10, 109.69), "hybrid120_min10": (14.286, 86.14),
    ]

    /// Keep-alive rules on a trace of calls by minute, beside the reference.
    ///
    /// - Returns: The table, and whether every figure is within a hundredth of a percentage point of the reference;
    ///   `nil` for a trace of single requests.
    public static func policies(_ trace: Trace) -> (table: ReportTable, isMet: Bool)? {
        guard case .counts(let counts) = trace.content else { return nil }
        var isMet = true
        let rows = PolicyTable(counts: counts).rows.map { row -> [ReportTable.Cell] in
            let wanted = Self.policyReference[row.name] ?? (.nan, .nan)
            let isRight =
                abs(row.thirdQuartileColdPercent - wanted.cold) < 0.01 && abs(row.wastePercent - wanted.waste) < 0.01
            isMet = isMet && isRight
            return [
                .init(row.name), .init(NumberText.decimal(row.thirdQuartileColdPercent, places: 3)),
                .init(NumberText.decimal(wanted.cold, places: 3)),
                .init(NumberText.decimal(row.wastePercent, places: 2)),
                .init(NumberText.decimal(wanted.waste, places: 2)),
                isRight ? .init("met", .good) : .init("MISSED", .bad),
            ]
        }
        let table = ReportTable(
            title: "Keep-alive rules on \(trace.name)",
            columns: ["rule", "p75 cold %", "reference", "waste %", "reference", ""],
            rows: rows
        )
        return (table, isMet)
    }

    /// Live runs against AWS Lambda beside the model with an expiry of 640 s.
    ///
    /// - Returns: The table, and whether all rates but one lie within what chance explains.
    public static func lambda(_ traces: [Trace], seed: UInt64) -> (table: ReportTable, isMet: Bool) {
        let found = LambdaTable(traces: traces, expiriesSeconds: [600, 640], seed: seed)
        let rows = found.rows.map { row -> [ReportTable.Cell] in
            let measured = Wilson.share(successes: row.measuredCold, of: row.measuredRequests)
            return [
                .init("\(NumberText.significant(row.ratePerSecond))/s"),
                .init("\(row.measuredCold) of \(row.measuredRequests)"), .init(FigureUnit.share.text(measured)),
                .init(FigureUnit.share.text(row.modelled[0])), .init(FigureUnit.share.text(row.modelled[1])),
                row.agrees(column: 1) ? .init("met", .good) : .init("off", .quiet),
            ]
        }
        let errors = [0, 1].map { NumberText.significant(found.meanAbsoluteError(column: $0)) }
        let table = ReportTable(
            title: "Live runs against AWS Lambda",
            columns: ["rate", "cold", "measured", "simulated, 600 s", "simulated, 640 s", ""],
            rows: rows,
            note: "Mean absolute error \(errors[0]) percentage points at 600 s, \(errors[1]) at 640 s."
        )
        let agreeing = found.rows.indices.count { found.rows[$0].agrees(column: 1) }
        return (table, found.rows.count >= 2 && agreeing >= found.rows.count - 1)
    }
}
