import Foundation
import SimulationKit
import StructuredData
import Testing

@testable import Simulator

@Suite("reports")
struct ReportTests {
    static let outcome: ExperimentOutcome? = {
        let rule = PrecisionRule(minimum: 4, maximum: 4, relativeHalfWidth: nil)
        return try? ExperimentTests.experiment(rule, replicas: [5, 6, 9]).run(jobs: 2)
    }()

    static func context() throws -> ReportContext {
        let plan = try ExperimentTests.document().plan(catalogue: .everything)
        return ReportContext(plan: plan, scenarioHash: "abc", version: "test", warmUp: "none")
    }

    @Test(
        "figures have as many digits as their intervals allow",
        arguments: [
            (FigureUnit.seconds, 0.31234, 0.0081, "312.3 ± 8.1 ms"), (.seconds, 12.345, 0.5, "12.35 ± 0.50 s"),
            (.share, 0.99171, 0.0012, "99.17 ± 0.12 %"), (.money("USD"), 28.8, 0.5, "28.80 ± 0.50 USD"),
            (.count, 12_345, 678, "12,345 ± 678"), (.seconds, 0, 0, "0 s"), (.number, 5, 0, "5.00"),
        ]
    )
    func figures(unit: FigureUnit, value: Double, half: Double, text: String) {
        #expect(unit.text(value, halfWidth: half) == text)
    }

    @Test("no figure stands without its interval or the reason why it has none") func intervals() {
        let none = Estimate(value: 1, interval: nil, samples: 4)
        #expect(FigureUnit.seconds.text(none) == "1.00 s (insufficient)")
        #expect(FigureUnit.seconds.text(Estimate(value: 1, samples: 1)) == "1.00 s (one run)")
        #expect(FigureUnit.seconds.text(Estimate(value: nil, samples: 4)) == "none")
    }

    @Test("the page is whole: verdict first, limits last, no script, nothing from elsewhere") func page() throws {
        let outcome = try #require(Self.outcome)
        let report = CompareReport.report(outcome, try Self.context(), title: "compared")
        let page = ReportHTML.page(report)
        for foreign in ["<script", "http://", "https://", "src=", "@import", "url("] {
            #expect(!page.contains(foreign), "the page holds \(foreign)")
        }
        let places = [
            "class=\"verdict", "What each costs and does", "Cost against p99", "How this was made", "How far this",
        ]
        let positions = places.compactMap { page.range(of: $0)?.lowerBound }
        #expect(positions.count == places.count && positions == positions.sorted())
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(!page.contains("NaN") && !page.contains("nan") && !page.contains("inf\""))
        for word in ["SHA-256 \(outcome.fingerprint)", "<dt>seed</dt><dd>1</dd>", "<dt>replications</dt><dd>4</dd>"] {
            #expect(page.contains(word), "the page lacks \(word)")
        }
    }

    @Test("what the author wrote cannot become markup") func escaping() throws {
        var context = try Self.context()
        context.scenarioName = "<b>&\"x\""
        let report = RunReport.report(try #require(Self.outcome), context)
        #expect(ReportHTML.page(report).contains("&lt;b&gt;&amp;&quot;x&quot;"))
        #expect(!ReportHTML.page(report).contains("<b>"))
    }

    @Test("the verdict of a run says whether the promise is kept") func promise() throws {
        let outcome = try #require(Self.outcome)
        let verdict = Verdict.of(outcome.variants[2], try Self.context())
        #expect(verdict.isGood)
        #expect(verdict.sentences[0].hasPrefix("chat keeps its promise: "))
        let report = RunReport.report(outcome, try Self.context())
        #expect(ReportText(isStyled: false).text(report).contains("How far this can be trusted"))
        #expect(!ReportText(isStyled: false).text(report).contains("\u{1B}"))
    }

    @Test("the document for programs is the same for the same seed") func document() throws {
        let outcome = try #require(Self.outcome)
        let context = try Self.context()
        let report = CompareReport.report(outcome, context, title: "compared")
        let json = ResultDocument.json(outcome, kind: "compare", context, report)
        let rule = PrecisionRule(minimum: 4, maximum: 4, relativeHalfWidth: nil)
        let again = try ExperimentTests.experiment(rule, replicas: [5, 6, 9]).run(jobs: 1)
        #expect(json == ResultDocument.json(again, kind: "compare", context, report))
        #expect(json["version"] == 1 && json["kind"] == "compare")
        let figure = json["variants"]?[0]?["figures"]?["latencyMean"]
        let bounds = ["low", "value", "high"].compactMap { figure?[$0]?.doubleValue }
        #expect(bounds.count == 3 && bounds == bounds.sorted())
        #expect(json["differences"]?.arrayValue?.count == 2)
    }

    @Test(
        "axes begin and end at round marks that hold all values",
        arguments: [[0.0, 7], [3, 3], [0.013, 0.9], [120, 90_000], [1e-6, 2e-6]]
    )
    func axes(values: [Double]) {
        for scale in [Axis.Scale.linear, .logarithmic] {
            let usable = values.filter { scale == .linear || $0 > 0 }
            let axis = Axis("x", .number, over: usable, scale: scale)
            #expect(axis.low <= usable.min() ?? 0 && axis.high >= usable.max() ?? 0)
            #expect((2...12).contains(axis.ticks.count), "\(axis.ticks)")
            #expect(usable.allSatisfy { (-1e-9...1 + 1e-9).contains(axis.position(of: $0)) })
        }
    }
}
