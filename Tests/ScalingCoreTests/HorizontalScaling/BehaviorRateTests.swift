import ScalingCore
import Testing
import Timekeeping

/// The numbered rows are Kubernetes's own tests of behaviours.
@Suite("HPA behaviour")
struct BehaviorRateTests {
    typealias Policy = ScalingBehavior.Policy

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var from: Int
        var by: Int
        var up = ScalingBehavior.Rules(policies: [])
        var down = ScalingBehavior.Rules(stabilizationWindowSeconds: 0)
        var hasBehavior = true
        var range = 1...100_000
        var changes: [Int] = []
        var to: Int
        var testDescription: String { self.name }

        static func up(_ policies: Policy...) -> ScalingBehavior.Rules { .init(policies: policies) }
        static func down(_ policies: Policy...) -> ScalingBehavior.Rules {
            .init(stabilizationWindowSeconds: 0, policies: policies)
        }
        static func pods(_ count: Int, _ seconds: Double = 60) -> Policy {
            Policy(.pods, count, periodSeconds: seconds)
        }
        static func percent(_ count: Int, _ seconds: Double = 60) -> Policy {
            Policy(.percent, count, periodSeconds: seconds)
        }
    }

    static let rows: [Row] = [
        Row(name: "193 within the range", from: 5, by: 7, hasBehavior: false, range: 3...8, to: 7),
        Row(name: "194 not below the minimum", from: 3, by: 1, range: 2...100, to: 2),
        Row(name: "195 not above the maximum", from: 20, by: 1000, range: 1...10, to: 10),
        Row(name: "196 at most double by default", from: 10, by: 50, to: 20),
        Row(name: "without a behaviour at most double, or four", from: 10, by: 50, hasBehavior: false, to: 20),
        Row(name: "without a behaviour four from one", from: 1, by: 50, hasBehavior: false, to: 4),
        Row(name: "197 one per cent rounds up", from: 3, by: 1000, up: Row.up(Row.percent(1)), to: 4),
        Row(name: "198 the larger of two", from: 10, by: 500, up: Row.up(Row.pods(100), Row.percent(100)), to: 110),
        Row(name: "199 the larger of two, again", from: 10, by: 500, up: Row.up(Row.pods(2), Row.percent(100)), to: 20),
        Row(name: "200 pods", from: 10, by: 500, up: Row.up(Row.pods(30)), to: 40),
        Row(name: "201 per cent", from: 10, by: 500, up: Row.up(Row.percent(200)), to: 30),
        Row(name: "202 down, the larger", from: 100, by: 2, down: Row.down(Row.pods(20), Row.percent(1)), to: 80),
        Row(name: "203 down, the larger, again", from: 100, by: 2, down: Row.down(Row.pods(2), Row.percent(1)), to: 98),
        Row(name: "204 down by pods", from: 10, by: 2, down: Row.down(Row.pods(5)), to: 5),
        Row(name: "205 what came counts", from: 100, by: 500, up: Row.up(Row.pods(150, 120)), changes: [15], to: 235),
        Row(name: "206 per cent", from: 100, by: 500, up: Row.up(Row.percent(200, 120)), changes: [15], to: 255),
        Row(name: "207 no room left", from: 100, by: 500, up: Row.up(Row.pods(5)), changes: [15], to: 100),
        Row(name: "208 come and gone", from: 6, by: 24, up: Row.up(Row.percent(300)), changes: [4, -2], to: 16),
        Row(name: "209 down, no room left", from: 100, by: 5, down: Row.down(Row.pods(5)), changes: [-15], to: 100),
        Row(name: "210 down, both", from: 10, by: 1, down: Row.down(Row.percent(50, 180)), changes: [2, -4], to: 6),
        Row(
            name: "211 the least of two",
            from: 1,
            by: 500,
            up: .init(policies: [Row.pods(2), Row.percent(50)], selection: .least),
            to: 2
        ),
        Row(
            name: "212 down, the least of two",
            from: 5,
            by: 1,
            down: .init(
                stabilizationWindowSeconds: 0,
                policies: [Row.pods(2), Row.percent(50)],
                selection: .least
            ),
            to: 3
        ),
        Row(name: "never upward", from: 5, by: 50, up: .init(selection: .disabled), to: 5),
        Row(
            name: "never downward",
            from: 5,
            by: 1,
            down: .init(stabilizationWindowSeconds: 0, selection: .disabled),
            to: 5
        ),
        Row(
            name: "a change as old as the period is over",
            from: 100,
            by: 500,
            up: Row.up(Row.pods(5, 30)),
            changes: [15],
            to: 105
        ),
    ]

    /// Every replica is wanted with one of the metric each.
    static func wanted(_ replicas: Int) -> [HorizontalPodAutoscalerModel.Metric] {
        [.average(Double(replicas), target: 1)]
    }

    @Test("limits how far a scale goes", arguments: Self.rows)
    func limits(row: Row) {
        var model = HorizontalPodAutoscalerModel(
            minReplicas: row.range.lowerBound,
            maxReplicas: row.range.upperBound,
            behavior: row.hasBehavior ? ScalingBehavior(scaleUp: row.up, scaleDown: row.down) : nil
        )
        for change in row.changes { model.recordChange(change, at: .seconds(1000)) }
        let scale = model.reconcile(Self.wanted(row.by), current: row.from, ready: row.from, now: .seconds(1030))
        #expect(scale == row.to)
    }

    struct WindowRow: Sendable, CustomTestStringConvertible {
        var name: String
        var from: Int
        var by: Int
        var up = 0.0
        var down = 0.0
        /// By seconds before.
        var recommendations: [(Double, Int)]
        var to: Int
        var testDescription: String { self.name }
    }

    static let windowRows: [WindowRow] = [
        WindowRow(name: "213 the highest", from: 100, by: 3, down: 180, recommendations: [(120, 4), (60, 5)], to: 5),
        WindowRow(name: "214 the lowest", from: 1, by: 7, up: 300, recommendations: [(30, 4)], to: 4),
        WindowRow(name: "215 between both", from: 2, by: 1, up: 300, down: 300, recommendations: [(30, 3)], to: 2),
        WindowRow(name: "216 between both", from: 2, by: 3, up: 300, down: 300, recommendations: [(30, 1)], to: 2),
        WindowRow(name: "what is older is forgotten", from: 9, by: 3, down: 60, recommendations: [(60, 8)], to: 3),
        WindowRow(name: "what is as young counts", from: 9, by: 3, down: 60, recommendations: [(59, 8)], to: 8),
        WindowRow(
            name: "a low one between does not hide a high one",
            from: 9,
            by: 3,
            down: 60,
            recommendations: [(50, 8), (40, 1), (30, 6)],
            to: 8
        ),
    ]

    @Test("windows hold a scale back", arguments: Self.windowRows)
    func windows(row: WindowRow) {
        let fast = [Policy(.percent, 1000, periodSeconds: 15)]
        var model = HorizontalPodAutoscalerModel(
            maxReplicas: 100_000,
            behavior: ScalingBehavior(
                scaleUp: .init(stabilizationWindowSeconds: row.up, policies: fast),
                scaleDown: .init(stabilizationWindowSeconds: row.down)
            )
        )
        for (age, replicas) in row.recommendations {
            model.recordRecommendation(replicas, at: .seconds(10_000 - age))
        }
        #expect(
            model.reconcile(Self.wanted(row.by), current: row.from, ready: row.from, now: .seconds(10_000)) == row.to
        )
    }

    @Test("without a behaviour the highest of five minutes holds, to the second")
    func withoutBehavior() {
        var model = HorizontalPodAutoscalerModel(maxReplicas: 100)
        var scale = 10
        for second in stride(from: 0.0, through: 315, by: 15) {
            scale = model.reconcile(Self.wanted(2), current: scale, ready: scale, now: .seconds(second))
            #expect(scale == (second <= 300 ? 10 : 2), "at \(second) s")
        }
    }

    @Test("what a model scaled itself counts against its next step")
    func ownChanges() {
        let up = ScalingBehavior.Rules(policies: [Policy(.pods, 4, periodSeconds: 60)])
        var model = HorizontalPodAutoscalerModel(maxReplicas: 100, behavior: ScalingBehavior(scaleUp: up))
        #expect(model.reconcile(Self.wanted(50), current: 1, ready: 1, now: .seconds(0)) == 5)
        #expect(model.reconcile(Self.wanted(50), current: 5, ready: 5, now: .seconds(15)) == 5)
        #expect(model.reconcile(Self.wanted(50), current: 5, ready: 5, now: .seconds(60)) == 9)
    }

    @Test("at zero the autoscaler is off, and outside of its bounds it goes there")
    func bounds() {
        var model = HorizontalPodAutoscalerModel(minReplicas: 2, maxReplicas: 5)
        #expect(model.reconcile(Self.wanted(9), current: 0, ready: 0, now: .zero) == 0)
        #expect(model.reconcile(Self.wanted(9), current: 9, ready: 9, now: .zero) == 5)
        #expect(model.reconcile([.average(nil, target: 1)], current: 1, ready: 1, now: .zero) == 2)
    }

    @Test("a metric that cannot be read keeps the others from taking away, not from adding")
    func partialFailure() {
        var model = HorizontalPodAutoscalerModel(
            maxReplicas: 100,
            behavior: ScalingBehavior(scaleDown: .init(stabilizationWindowSeconds: 0))
        )
        let unknown = HorizontalPodAutoscalerModel.Metric.average(nil, target: 1)
        #expect(model.reconcile(Self.wanted(3) + [unknown], current: 5, ready: 5, now: .seconds(0)) == 5)
        #expect(model.reconcile(Self.wanted(8) + [unknown], current: 5, ready: 5, now: .seconds(15)) == 8)
        #expect(model.reconcile([unknown], current: 8, ready: 8, now: .seconds(30)) == 8)
    }
}
