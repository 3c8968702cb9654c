import RoutingCore
import SimulationKit

extension AnalyticCase {
    /// E6, E7, E9 to E12: replicas that come and go with the requests.
    static func scaling(effort: Double) -> [AnalyticCase] {
        Self.setUp(effort) + [Self.unlimited(effort)] + Self.renewal(effort) + Self.expiry(effort)
            + Self.setUps(effort) + Self.choices(effort)
    }

    private static func keepAlive(_ seconds: Double, cancels: Bool = false) -> PolicyReference {
        PolicyReference(
            name: "per-request",
            parameters: ["keepAlive": .number(seconds), "cancel": .number(cancels ? 1 : 0)]
        )
    }

    private static func setUp(_ effort: Double) -> [AnalyticCase] {
        let laws: [(String, Distribution, Double)] = [
            ("exponential", .exponential(mean: 10), 12), ("constant", .constant(10), 7.833333),
        ]
        return laws.map { name, law, expected in
            AnalyticCase(
                key: "E6 \(name)",
                title: "one replica that goes when idle, start of 10 s",
                scenario: AnalyticModel.perRequest(
                    "set-up",
                    workload: AnalyticModel.poisson(0.5),
                    serving: SlotServing(slots: 1, time: .exponential(mean: 1)),
                    start: law,
                    most: 1,
                    policy: Self.keepAlive(0),
                    seconds: 1_000_000 * effort
                ),
                replications: 10,
                checks: [
                    .mean("W", expected) { $0.total },
                    .of("P(off)", 0.083333) { result, _ in Double(result.startsFinished) / Double(result.arrived) },
                ]
            )
        }
    }

    private static func unlimited(_ effort: Double) -> AnalyticCase {
        AnalyticCase(
            key: "E7",
            title: "a replica for every request at once",
            scenario: AnalyticModel.perRequest(
                "unlimited",
                workload: AnalyticModel.poisson(5),
                serving: SlotServing(slots: 1, time: .exponential(mean: 2)),
                start: .constant(0),
                policy: Self.keepAlive(0),
                seconds: 150_000 * effort
            ),
            replications: 10,
            checks: [
                .inHouse(10),
                .of("P(N > 15)", 0.04874) { result, _ in Self.shareOfTime(result, above: 15) },
                .of("P(N > 18)", 0.007187) { result, _ in Self.shareOfTime(result, above: 18) },
                .of("replicas", 10) { $0.replicaSeconds / $1 },
            ]
        )
    }

    private static func renewal(_ effort: Double) -> [AnalyticCase] {
        let laws: [(String, Distribution, Double, Double)] = [
            ("Poisson", .exponential(mean: 10), 0.367879, 6.321206),
            ("lognormal", .lognormal(mean: 10, squaredVariation: 4), 0.262937, 5.258732),
            ("Weibull", .weibull(shape: 0.5, scale: 5), 0.243117, 4.130643),
        ]
        return laws.map { name, law, cold, waste in
            AnalyticCase(
                key: "E9 \(name)",
                title: "kept for 10 s, a request every 10 s",
                scenario: AnalyticModel.perRequest(
                    "renewal",
                    workload: .open(RenewalProcess(interarrival: law)),
                    serving: SlotServing(slots: 1, time: .constant(0)),
                    start: .constant(0),
                    most: 1,
                    policy: Self.keepAlive(10),
                    seconds: 1_500_000 * effort
                ),
                replications: 10,
                checks: [
                    .of("cold", cold) { result, _ in Double(result.startsFinished) / Double(result.arrived) },
                    .of("idle a request", waste) { result, _ in result.idleSeconds / Double(result.arrived) },
                ]
            )
        }
    }

    private static func expiry(_ effort: Double) -> [AnalyticCase] {
        let rows: [(String, Double, Double, Double, Double, Double, Double)] = [
            ("a", 0.9, 0.5, 1 / 600.0, 0.008578, 4.632256, 2_000_000),
            ("b", 2, 1, 0.1, 0.115268, 2.305367, 250_000),
            ("c", 0.01, 0.5, 1 / 600.0, 0.15065, 0.903899, 30_000_000),
        ]
        return rows.map { key, rate, service, expiry, cold, idle, seconds in
            AnalyticCase(
                key: "E10\(key)",
                title: "exponential expiry, \(rate) requests a second",
                scenario: AnalyticModel.perRequest(
                    "expiry",
                    workload: AnalyticModel.poisson(rate),
                    serving: SlotServing(slots: 1, time: .exponential(mean: 1 / service)),
                    start: .constant(0),
                    policy: PolicyReference(
                        name: "per-request",
                        parameters: ["keepAlive": .number(1 / expiry), "randomKeepAlive": .number(1)]
                    ),
                    seconds: seconds * effort
                ),
                replications: 10,
                checks: [
                    .of("cold", cold) { result, _ in Double(result.startsFinished) / Double(result.arrived) },
                    .of("idle", idle) { $0.idleSeconds / $1 },
                    .of("busy", rate / service) { $0.busyTime.seconds / $1 },
                ]
            )
        }
    }

    private static func setUps(_ effort: Double) -> [AnalyticCase] {
        let rows: [(String, Double, Double, Double, Double, Double, Double)] = [
            ("a", 5, 0.1, 13.316748, 2.66335, 3.635163, 200_000),
            ("b", 7, 1, 9.876216, 1.410888, 1.310521, 100_000),
        ]
        return rows.map { key, rate, alpha, inHouse, time, starting, seconds in
            AnalyticCase(
                key: "E11\(key)",
                title: "M/M/10 with starts of \(Int(1 / alpha)) s, off when idle",
                scenario: AnalyticModel.perRequest(
                    "set-ups",
                    workload: AnalyticModel.poisson(rate),
                    serving: SlotServing(slots: 1, time: .exponential(mean: 1)),
                    start: .exponential(mean: 1 / alpha),
                    most: 10,
                    policy: Self.keepAlive(0, cancels: true),
                    seconds: seconds * effort
                ),
                replications: 10,
                checks: [
                    .inHouse(inHouse), .mean("W", time) { $0.total },
                    .of("starting", starting) { $0.replicaSeconds(.warmUp) / $1 },
                    .of("busy", rate) { $0.busyTime.seconds / $1 },
                ]
            )
        }
    }

    private static func choices(_ effort: Double) -> [AnalyticCase] {
        let rows: [(String, ReplicaChoice, (Double, Double), (Double, Double))] = [
            ("newest", .newest, (0.001329, 1.1e-5), (7.6934, 0.0096)),
            ("most recent", .mostRecentlyUsed, (0.001334, 1.2e-5), (7.6915, 0.0096)),
            ("least recent", .leastLoaded, (2e-6, 5e-7), (11.63, 0.25)),
        ]
        return rows.map { name, choice, cold, instances in
            AnalyticCase(
                key: "E12 \(name)",
                title: "kept for 600 s, \(name) first",
                scenario: AnalyticModel.perRequest(
                    "choice",
                    workload: AnalyticModel.poisson(0.9),
                    serving: SlotServing(
                        slots: 1,
                        time: .exponential(mean: 1.991),
                        firstTime: .exponential(mean: 2.244)
                    ),
                    start: .constant(0),
                    policy: Self.keepAlive(600),
                    choice: choice,
                    // Which replicas are kept is decided over many keep-alives: a short run is another system.
                    seconds: 1_000_000 * max(effort, 0.4)
                ),
                replications: 10,
                checks: [
                    .of("cold", cold.0, error: cold.1 / 1.96) { result, _ in
                        Double(result.startsFinished) / Double(result.arrived)
                    },
                    .of("instances", instances.0, error: instances.1 / 1.96) { $0.replicaSeconds / $1 },
                ]
            )
        }
    }
}
