import SimulationKit
import StructuredData
import Testing

@testable import Simulator

@Suite("laws in scenario files")
struct LawReaderTests {
    static func law(_ text: String) throws(ProblemList) -> Distribution {
        let text = ScenarioReaderTests.small.replacing("time: 200ms", with: "time: \(text)")
            .replacing("serving:", with: "policy: {name: fixed}\n    serving:")
        guard case .slots(let slots) = try ScenarioReaderTests.plan(text).scenario.services[0].serving else {
            throw ProblemList([Problem(path: "", message: "no slots")])
        }
        return slots.time
    }

    @Test(
        "laws are read by their names, in any unit",
        arguments: [
            ("3s", .constant(3)),
            ("{constant: 3000ms}", .constant(3)),
            ("{uniform: {from: 1s, to: 2s}}", .uniform(from: 1, to: 2)),
            ("{exponential: {mean: 500ms}}", .exponential(mean: 0.5)),
            ("{lognormal: {median: 1s, sigma: 2}}", .lognormal(mu: 0, sigma: 2)),
            ("{lognormal: {median: 3s, sigma: 1, shift: 2s}}", .lognormal(mu: 0, sigma: 1, shift: 2)),
            ("{weibull: {shape: 0.5, scale: 2s}}", .weibull(shape: 0.5, scale: 2)),
            ("{gamma: {mean: 2s, scv: 0.5}}", .gamma(shape: 2, scale: 1)),
            (
                "{mixture: [{weight: 40%, law: 1s}, {weight: 60%, law: {exponential: {mean: 2s}}}]}",
                .mixture([
                    .init(weight: 0.4, law: .constant(1)), .init(weight: 0.6, law: .exponential(mean: 2)),
                ])
            ),
            ("{empirical: [3s, 1s]}", .empirical(EmpiricalLaw(sample: [1, 3]))),
            (
                "{truncated: {law: {exponential: {mean: 1s}}, to: 5s}}",
                .truncated(.exponential(mean: 1), from: 0, to: 5)
            ),
        ] as [(String, Distribution)]
    )
    func reads(text: String, law: Distribution) throws {
        #expect(try Self.law(text) == law)
    }

    @Test("a lognormal law by its median and a percentile has that percentile") func percentile() throws {
        guard case .lognormal(let mu, let sigma, _) = try Self.law("{lognormal: {median: 3s, p99: 12s}}") else {
            Issue.record("no lognormal law")
            return
        }
        #expect(abs(ElementaryFunctions.exp(mu) - 3) < 1e-12)
        #expect(abs(ElementaryFunctions.exp(mu + sigma * 2.3263478740408408) - 12) < 1e-9)
    }

    @Test("a law by its mean has that mean") func mean() throws {
        for text in [
            "{lognormal: {mean: 2s, scv: 4}}", "{weibull: {shape: 0.5, mean: 2s}}",
            "{hyperexponential: {mean: 2s, scv: 10}}", "{lognormal: {mean: 2s, deviation: 3s}}",
        ] {
            let mean = try Self.law(text).mean
            #expect(mean.map { abs($0 - 2) < 1e-9 } == true, "\(text) has the mean \(mean ?? -1)")
        }
    }

    @Test(
        "laws that make no sense are refused",
        arguments: [
            ("{lognormal: {median: 3s}}", "needs exactly one of 'sigma', 'p95' and 'p99' beside 'median'"),
            ("{lognormal: {median: 3s, p99: 2s}}", "must lie above the median"),
            ("{uniform: {from: 2s, to: 1s}}", "lies below 'from'"),
            ("{exponential: {mean: 0s}}", "must be above zero"),
            ("{mixture: [{weight: 40%, law: 1s}]}", "weights must add up to 100%, but make 40.0%"),
            ("{exponential: {mean: 3}}", "is 3 without a unit: write a duration, such as 640s or 1h30m"),
            ("{normal: {mean: 3s}}", "unknown field; did you mean 'lognormal'?"),
            ("{}", "but has none"),
        ]
    )
    func refuses(text: String, message: String) {
        do {
            Issue.record("read as \(try Self.law(text))")
        } catch {
            #expect(error.problems.contains { $0.message.hasSuffix(message) }, "\(error)")
        }
    }
}
