import ScalingCore
import Testing

@Suite("Targets, panic window, number of activators")
struct ReplicaTargetTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var metric = ScalingMetric.concurrency
        var containerConcurrency = 0
        var utilization = 0.7
        var defaultTotal = 100.0
        var annotatedTarget: Double?
        var annotatedUtilization: Double?
        var target: Double
        var total: Double
        var testDescription: String { self.name }
    }

    static let rows: [Row] = [
        Row(name: "66 container limit", containerConcurrency: 10, utilization: 0.8, target: 8, total: 10),
        Row(
            name: "67 own utilisation",
            containerConcurrency: 12,
            utilization: 0.8,
            annotatedUtilization: 75,
            target: 9,
            total: 12
        ),
        Row(name: "68 below one", containerConcurrency: 1, utilization: 0.8, target: 0.8, total: 1),
        Row(name: "69 default total", utilization: 0.3, defaultTotal: 2, target: 0.6, total: 2),
        Row(name: "70 never below a hundredth", utilization: 0.001, annotatedTarget: 1, target: 0.01, total: 1),
        Row(
            name: "71 own target above the container's limit",
            containerConcurrency: 1,
            utilization: 1,
            annotatedTarget: 10,
            target: 1,
            total: 1
        ),
        Row(name: "72 own target", utilization: 1, annotatedTarget: 500, target: 500, total: 500),
        Row(name: "73 rate", metric: .rps, defaultTotal: 200, target: 140, total: 200),
        Row(name: "74 rate, own target", metric: .rps, defaultTotal: 200, annotatedTarget: 1, target: 0.7, total: 1),
        Row(
            name: "75 rate, own utilisation",
            metric: .rps,
            defaultTotal: 200,
            annotatedUtilization: 75,
            target: 150,
            total: 200
        ),
        Row(name: "76 rate, default total", metric: .rps, defaultTotal: 300, target: 210, total: 300),
        Row(
            name: "a rate ignores the container's limit",
            metric: .rps,
            containerConcurrency: 5,
            defaultTotal: 200,
            target: 140,
            total: 200
        ),
    ]

    @Test("come from settings as Knative's do", arguments: Self.rows)
    func target(row: Row) {
        let resolved = ReplicaTarget(
            metric: row.metric,
            containerConcurrency: row.containerConcurrency,
            utilization: row.utilization,
            defaultTotal: row.defaultTotal,
            annotatedTarget: row.annotatedTarget,
            annotatedUtilizationPercentage: row.annotatedUtilization
        )
        #expect(abs(resolved.target - row.target) < 1e-12)
        #expect(resolved.total == row.total)
    }

    @Test(
        "the panic window is a whole number of seconds, half rounded up, at least one",
        arguments: [
            (6, 10.0, 1), (10, 10, 1), (15, 10, 2), (30, 10, 3), (60, 10, 6), (90, 10, 9), (10, 25, 3), (30, 25, 8),
            (90, 25, 23), (15, 50, 8), (60, 1, 1), (3600, 1, 36),
        ]
    )
    func panicWindow(stable: Int, percentage: Double, seconds: Int) {
        #expect(PanicWindow.seconds(stableWindowSeconds: stable, percentage: percentage) == seconds)
    }

    @Test(
        "77 to 81: activators",
        arguments: [(0, 200.0, 2), (1, 200, 3), (100, 0, 2), (5, -1, 5), (15, 200, 17)]
    )
    func activators(ready: Int, burst: Double, needed: Int) {
        let count = ActivatorCount.needed(readyReplicas: ready, total: 100, burst: burst, activatorCapacity: 100)
        #expect(count == needed)
    }
}
