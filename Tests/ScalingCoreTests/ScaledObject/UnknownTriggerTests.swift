import Formulas
import ScalingCore
import StructuredData
import Testing
import Timekeeping

@Suite("ScaledObjects whose triggers fail")
struct UnknownTriggerTests {
    static func withFallback(
        _ behavior: ScalingFallback.Behavior,
        threshold: Int = 3,
        replicas: Int = 10,
        _ change: (inout ScaledObjectConfiguration) -> Void = { _ in }
    ) -> ScaledObjectConfiguration {
        .oneTrigger { configuration in
            configuration.fallback = .init(behavior: behavior, failureThreshold: threshold, replicas: replicas)
            change(&configuration)
        }
    }

    @Test("an outage is not zero: what there is stays, however long it lasts")
    func outage() {
        var harness = ScaledObjectHarness(.oneTrigger { $0.cooldownSeconds = 10 })
        harness.read(80)
        #expect(harness.follow().desiredReplicas == 8)
        for second in 1...3600 {
            harness.advance(1)
            harness.fail()
            let decision = harness.follow()
            #expect(harness.scale == 8, "after \(second) s")
            #expect(decision.isLimited(by: .unknownTrigger) || decision.desiredReplicas == 8)
        }
        let decision = harness.decide()
        let sentence =
            "The scale stays as it is; trigger 'lag' is not known (the broker does not answer); nothing is taken away "
            + "while something is not known."
        #expect(decision.explanation == sentence)
        let ready = decision.conditions[0]
        #expect(ready.kind == "Ready" && ready.isTrue == false && ready.reason == "TriggerError")
        #expect(ready.message == "triggers[0] 'lag': the broker does not answer.")
        #expect(decision.conditions[1].isTrue == nil)
        // And it is over without a restart; the cooldown begins where the knowledge ended.
        harness.read(5)
        #expect(harness.follow().conditions[0].isTrue == true)
        harness.advance(400)
        harness.read(0)
        #expect(harness.follow().desiredReplicas == 0)
    }

    @Test("an outage at zero wakes nobody and is said")
    func outageAtZero() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.fail()
        let decision = harness.decide()
        #expect(decision.desiredReplicas == nil)
        #expect(decision.failures.map(\.label) == ["lag"])
        #expect(decision.failures.map(\.sentence) == ["the broker does not answer"])
    }

    @Test("what was known a moment ago still raises the scale")
    func heldReading() {
        let slow = ScalingBehavior(scaleUp: .init(policies: [.init(.pods, 2, periodSeconds: 10)]))
        var harness = ScaledObjectHarness(.oneTrigger { $0.behavior = slow })
        harness.read(80)
        #expect(harness.follow().desiredReplicas == 3)
        harness.advance(11)
        harness.fail()
        #expect(harness.follow().desiredReplicas == 5)
        #expect(harness.decide().demands[0].standing == .held)
        harness.advance(90)
        harness.fail()
        #expect(harness.decide().demands[0].standing == .unknown, "a reading has an age limit")
        #expect(harness.follow().desiredReplicas == nil)
    }

    @Test("silence is not knowledge either")
    func silence() {
        var harness = ScaledObjectHarness(.oneTrigger())
        harness.read(80)
        let first = harness.follow()
        #expect(first.recheckAfterSeconds.map { $0 > 90 && $0 < 90.1 } == true)
        harness.advance(91)
        let decision = harness.decide()
        #expect(decision.desiredReplicas == nil)
        #expect(decision.failures[0].sentence == "nothing was heard of it for 91 s")
    }

    @Test("one trigger that fails takes nothing away and lets the others add")
    func partial() {
        let triggers = ["kafka", "prometheus"].map { TriggerConfiguration(type: $0) }
        var harness = ScaledObjectHarness(ScaledObjectConfiguration(triggers: triggers), scale: 4)
        harness.read(20)
        harness.fail(1, "no route to it")
        let held = harness.follow()
        #expect(held.desiredReplicas == 4)
        #expect(held.isLimited(by: .unknownTrigger))
        #expect(held.conditions[0].isTrue == nil)
        #expect(held.conditions[0].reason == "PartialTriggerError")
        harness.read(60)
        #expect(harness.follow().desiredReplicas == 6)
    }

    @Test("why one source is not known stands in the sentence, and why each of many is not known beside it")
    func sentences() {
        let triggers = ["kafka", "prometheus"].map { TriggerConfiguration(type: $0) }
        var harness = ScaledObjectHarness(ScaledObjectConfiguration(triggers: triggers), scale: 4)
        harness.read(20)
        harness.fail(1, "no route to it")
        #expect(harness.decide().explanation.contains("trigger 'prometheus' is not known (no route to it)"))
        harness.advance(91)
        harness.fail(0, "no answer")
        harness.fail(1, "no route to it")
        let decision = harness.decide()
        let sentence =
            "The scale stays as it is; trigger 'kafka' is not known; trigger 'prometheus' is not known; nothing is taken "
            + "away while something is not known."
        #expect(decision.explanation == sentence)
        #expect(
            decision.conditions[0].message.contains("no answer") && decision.conditions[0].message.contains("route")
        )
    }

    @Test("what is no number is a failure, not a zero", arguments: [Double.nan, .infinity, -.infinity])
    func nonsense(value: Double) {
        var harness = ScaledObjectHarness(.oneTrigger(), scale: 4)
        harness.read(value, isActive: false)
        #expect(harness.decide().desiredReplicas == nil)
        #expect(harness.decide().failures[0].sentence == "the metric 'queue' is no number")
        harness.read(5, target: 0)
        #expect(harness.decide().failures[0].sentence.contains("must be above zero"))
    }

    // MARK: Fallback

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var failures: Int
        var behavior: ScalingFallback.Behavior
        var current: Int
        var threshold = 3
        /// What KEDA's autoscaler is told with a target of 10; `nil`: the error.
        var metric: Double?
        var testDescription: String { self.name }
    }

    static let rows: [Row] = [
        Row(name: "160 the first failure", failures: 1, behavior: .fixed, current: 15),
        Row(name: "161 static", failures: 4, behavior: .fixed, current: 15, metric: 100),
        Row(name: "162 as many as there are", failures: 4, behavior: .current, current: 6, metric: 60),
        Row(name: "163 more than there are", failures: 4, behavior: .currentIfHigher, current: 4, metric: 100),
        Row(name: "fewer than there are", failures: 4, behavior: .currentIfLower, current: 40, metric: 100),
        Row(name: "as few as there are", failures: 4, behavior: .currentIfLower, current: 4, metric: 40),
        Row(name: "164 a threshold below zero", failures: 4, behavior: .fixed, current: 15, threshold: -3),
    ]

    @Test("KEDA's rules", arguments: Self.rows)
    func keda(row: Row) {
        let configuration = Self.withFallback(row.behavior, threshold: row.threshold)
        let isDue = configuration.fallback?.isDue(afterFailures: row.failures) == true
        let model = KedaModel(configuration: configuration, now: .zero)
        let metric = model.fallbackMetric(.averageValue, 10, current: row.current, ready: row.current)
        #expect((isDue ? metric : nil) == row.metric)
    }

    @Test("ours gives the replicas that KEDA's numbers come to", arguments: Self.rows)
    func ours(row: Row) {
        let configuration = Self.withFallback(row.behavior, threshold: row.threshold)
        var harness = ScaledObjectHarness(configuration, scale: row.current)
        for _ in 0..<row.failures {
            harness.advance(30)
            harness.fail()
        }
        let demand = harness.decide().demands[0]
        #expect(demand.replicas == row.metric.map { Int($0 / 10) })
        #expect(demand.standing == (row.metric == nil ? .unknown : .fallback))
    }

    @Test("failures count by the polling interval, however often somebody looks")
    func failuresByTime() {
        var harness = ScaledObjectHarness(Self.withFallback(.fixed, threshold: 3, replicas: 6), scale: 2)
        for second in 0..<85 {
            harness.fail()
            #expect(!harness.decide().isFallback, "after \(second) s")
            harness.advance(1)
        }
        harness.advance(5)
        harness.fail()
        let decision = harness.follow()
        #expect(decision.isFallback)
        #expect(decision.desiredReplicas == 6)
        #expect(decision.conditions[2].isTrue == true)
        // One success and the count begins anew.
        harness.read(10)
        #expect(!harness.follow().isFallback)
        harness.advance(1)
        harness.fail()
        #expect(!harness.follow().isFallback)
    }

    @Test("a fallback lifts from zero, unless it is zero itself")
    func fallbackFromZero() {
        for (replicas, to) in [(3, 3), (0, 0)] {
            var harness = ScaledObjectHarness(Self.withFallback(.fixed, threshold: 0, replicas: replicas))
            harness.fail()
            #expect(harness.follow().desiredReplicas == to)
        }
    }

    // MARK: Formulas

    static func formula(_ text: String, fallback: ScalingFallback? = nil) throws -> ScaledObjectConfiguration {
        ScaledObjectConfiguration(
            triggers: [TriggerConfiguration(type: "kafka", name: "a"), TriggerConfiguration(type: "kafka", name: "b")],
            fallback: fallback,
            modifiers: ScalingModifiers(formula: try Formula(text), target: 10, activationTarget: 5)
        )
    }

    @Test("a formula takes the place of its triggers")
    func formulaDecides() throws {
        var harness = ScaledObjectHarness(try Self.formula("a > 0 ? a + b : 0"))
        harness.read(0)
        harness.read(900, trigger: 1)
        #expect(harness.follow().desiredReplicas == 0, "below its activation target nothing is active")
        harness.read(20)
        let decision = harness.follow()
        #expect(decision.desiredReplicas == 92)
        #expect(decision.explanation == "92 replicas instead of 0; the formula has 920, which needs 92 at 10 each.")
        #expect(decision.json["triggers"]?[0]?["name"] == "formula")
    }

    @Test("a formula that divides by zero holds the scale and says so")
    func formulaFails() throws {
        var harness = ScaledObjectHarness(try Self.formula("a / b"), scale: 3)
        harness.read(20)
        harness.read(0, trigger: 1)
        let decision = harness.decide()
        #expect(decision.desiredReplicas == nil)
        #expect(
            decision.failures.map(\.sentence) == ["the formula 'a / b' cannot be computed: column 3: divides by zero"]
        )
        #expect(decision.conditions[0].isTrue == false)
        harness.read(2, trigger: 1)
        #expect(harness.decide().desiredReplicas == 3)
        #expect(harness.decide().conditions[0].isTrue == true)
    }

    @Test("with the fallback of formulas what is not known is nil, and a formula that gives nil falls back")
    func formulaFallback() throws {
        let fallback = ScalingFallback(behavior: .modifiers, failureThreshold: 0, replicas: 7)
        var harness = ScaledObjectHarness(try Self.formula("(a ?? 30) + b", fallback: fallback))
        harness.fail(0)
        harness.read(20, trigger: 1)
        #expect(harness.follow().desiredReplicas == 5)
        var given = ScaledObjectHarness(try Self.formula("a == nil ? nil : a", fallback: fallback))
        given.fail(0)
        #expect(given.follow().desiredReplicas == 7)
        var fixed = ScaledObjectHarness(
            try Self.formula("(a ?? 30) + b", fallback: ScalingFallback(failureThreshold: 0, replicas: 2))
        )
        fixed.fail(0)
        fixed.read(20, trigger: 1)
        #expect(fixed.follow().desiredReplicas == 2, "the whole formula is replaced")
    }

    @Test("a formula whose trigger failed a moment ago goes on with what that said")
    func formulaHolds() throws {
        var harness = ScaledObjectHarness(try Self.formula("a + b"))
        harness.read(20)
        harness.read(20, trigger: 1)
        #expect(harness.follow().desiredReplicas == 4)
        harness.advance(5)
        harness.fail(0)
        harness.read(0, trigger: 1)
        let decision = harness.follow()
        #expect(decision.desiredReplicas == 4)
        #expect(decision.demands[0].standing == .held)
        #expect(decision.failures[0].label == "a")
    }
}
