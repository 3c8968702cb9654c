import SimulationKit
public import StructuredData

/// The result of an experiment as a document for programs; `docs/simulator.md` has its fields.
///
/// The same scenario and seed give the same document, byte for byte: no times of day, no durations of the run.
public enum ResultDocument {
    /// Raised when a member changes its meaning or goes; new members may come at any time.
    static let version = 1

    /// - Parameter kind: The command: `run`, `compare`, `sweep` or `optimize`.
    public static func json(
        _ outcome: ExperimentOutcome,
        kind: String,
        _ context: ReportContext,
        _ report: Report
    ) -> JSONValue {
        var json: JSONValue = [
            "version": JSONValue(Self.version),
            "kind": .string(kind),
            "scenario": [
                "name": .string(context.scenarioName), "question": .string(context.question),
                "sha256": .string(context.scenarioHash),
            ],
            "seed": .int(Int64(bitPattern: outcome.seed)),
            "replications": JSONValue(outcome.replications),
            "isComplete": .bool(outcome.isComplete),
            "isSure": .bool(outcome.isSure),
            "warmUp": .string(context.warmUp),
            "currency": .string(context.currency),
            "sha256": .string(outcome.fingerprint),
            "verdict": .array(report.verdict.map { .string($0) }),
            "isGood": .bool(report.isGood),
            "variants": .array(outcome.variants.map(Self.variant)),
        ]
        if outcome.variants.count > 1 { json["differences"] = Self.differences(outcome.variants) }
        json["traces"] = .array(
            context.traces.map {
                ["path": .string($0.path), "sha256": .string($0.sha256), "skippedRows": JSONValue($0.skippedRows)]
            }
        )
        if !context.standIns.isEmpty { json["standIns"] = .array(context.standIns.map { .string($0) }) }
        json["limits"] = .array(report.limits.map { .string($0) })
        return json
    }

    private static func variant(_ variant: VariantOutcome) -> JSONValue {
        let phases = zip(ReplicaPhase.allCases, variant.phaseSeconds).filter { $0.1 > 0 }
        return [
            "name": .string(variant.name),
            "figures": Self.figures(variant, scope: 0),
            "startPhases": .object(JSONObject(phases.map { ($0.description, Self.number($1)) })),
            "services": .array(
                variant.services.enumerated().map { index, name in
                    ["name": .string(name), "figures": Self.figures(variant, scope: index + 1)]
                }
            ),
        ]
    }

    private static func figures(_ variant: VariantOutcome, scope: Int) -> JSONValue {
        let members = Figure.allCases.compactMap { figure -> (String, JSONValue)? in
            let estimate = variant.estimate(figure, scope: scope)
            return estimate.value == nil ? nil : (figure.rawValue, Self.estimate(estimate))
        }
        return .object(JSONObject(members))
    }

    /// `low` and `high` are left out where the figure is not sure enough to have them.
    static func estimate(_ estimate: Estimate) -> JSONValue {
        var json: JSONValue = ["value": estimate.value.map(Self.number) ?? .null]
        if let interval = estimate.interval {
            json["low"] = Self.number(interval.low)
            json["high"] = Self.number(interval.high)
        }
        json["samples"] = JSONValue(estimate.samples)
        return json
    }

    private static func differences(_ variants: [VariantOutcome]) -> JSONValue {
        let figures = FigureSelection.comparedFigures(for: variants)
        let judged = CompareReport.judged(variants, figures)
        return .array(
            zip(variants.dropFirst(), judged).map { variant, row in
                let members = zip(figures, row).map { figure, judged -> (String, JSONValue) in
                    var json = Self.estimate(judged.comparison.difference)
                    json["pValue"] = judged.corrected.map(Self.number)
                    json["isShown"] = .bool(judged.isShown)
                    return (figure.rawValue, json)
                }
                return [
                    "name": .string(variant.name), "baseline": .string(variants[0].name),
                    "figures": .object(JSONObject(members)),
                ]
            }
        )
    }

    /// Ten digits: more than any figure is worth, and the same text everywhere.
    private static func number(_ value: Double) -> JSONValue {
        guard value.isFinite, value != 0 else { return .double(value) }
        let places = NumberText.places(for: abs(value), digits: 10)
        let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
        return .double((value * scale).rounded() / scale)
    }
}
