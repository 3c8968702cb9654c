import RoutingCore
import ScalingCore
import SimulationKit
import Simulator

extension TheoryCase {
    /// Servers that are off when idle and take time to start.
    static var setups: [TheoryCase] {
        [
            self.singleSetup("exponential", .exponential(mean: 10), 12),
            self.singleSetup("deterministic", .constant(10), 7.833333),
            self.manySetups("a", rate: 5, start: 10, [13.316748, 2.66335, 5, 3.635163]),
            self.manySetups("b", rate: 7, start: 1, [9.876216, 1.410888, 7, 1.310521]),
        ]
    }

    private static var onDemand: PolicyReference {
        PolicyReference(name: "per-request", parameters: ["cancel": .number(1)])
    }

    private static func singleSetup(_ law: String, _ start: Distribution, _ expected: Double) -> TheoryCase {
        var scenario = self.scenario(
            "E6_MM1_setup",
            seconds: 2_000_000,
            arrivals: self.poisson(0.5),
            servers: 0,
            time: .exponential(mean: 1),
            policy: self.onDemand
        )
        scenario.services[0].startup.warmUp = start
        scenario.services[0].scaling.maxScale = 1
        return TheoryCase(
            name: "E6_MM1_setup/\(law)",
            summary: "One replica that is off when idle; \(law) start.",
            scenario: scenario,
            figures: [
                Figure("W", expected, self.totalMean),
                Figure("P_arrival_finds_off", 0.083333) { self.share($0.services[0].startsOrdered, $0) },
            ]
        )
    }

    /// - Parameter expected: L, W, replicas on and replicas starting.
    private static func manySetups(_ name: String, rate: Double, start: Double, _ expected: [Double]) -> TheoryCase {
        var scenario = self.scenario(
            "E11_MMk_setup",
            seconds: 1_000_000 / rate,
            arrivals: self.poisson(rate),
            servers: 0,
            time: .exponential(mean: 1),
            policy: self.onDemand
        )
        scenario.services[0].startup.warmUp = .exponential(mean: start)
        scenario.services[0].scaling.maxScale = 10
        return TheoryCase(
            name: "E11_MMk_setup/\(name)",
            summary: "Ten replicas that are off when idle; a start that nobody waits for is given up.",
            scenario: scenario,
            figures: [
                Figure("L", expected[0], self.inHouse),
                Figure("W", expected[1], self.totalMean),
                Figure("on", expected[2]) { $0.services[0].readySeconds / $0.measuredSeconds },
                Figure("in_setup", expected[3]) { $0.services[0].replicaSeconds(.warmUp) / $0.measuredSeconds },
            ]
        )
    }

    /// A replica for every request, kept for a while.
    static var functions: [TheoryCase] {
        [self.unlimited] + self.keepAlive + self.randomExpiry + self.fixedExpiry
    }

    private static var unlimited: TheoryCase {
        TheoryCase(
            name: "E7_MGinf",
            summary: "A replica at once for every request.",
            scenario: self.scenario(
                "E7_MGinf",
                seconds: 200_000,
                arrivals: self.poisson(5),
                servers: 0,
                time: .lognormal(mean: 2, squaredVariation: 4),
                policy: self.onDemand,
                hasLaw: true
            ),
            figures: [
                Figure("mean", 10, self.inHouse),
                Figure("P_N_gt_15", 0.04874) { self.shareOfTime(above: 15, $0) },
                Figure("p99", 18) { self.concurrency(notExceededIn: 0.99, $0) },
                Figure("p999", 21) { self.concurrency(notExceededIn: 0.999, $0) },
            ]
        )
    }

    private static func perRequest(
        _ name: String,
        seconds: Double,
        arrivals: Distribution,
        keep: Double,
        isRandom: Bool = false,
        time: Distribution,
        firstTime: Distribution? = nil,
        choice: ReplicaChoice = .leastLoaded
    ) -> Scenario {
        var scenario = self.scenario(
            name,
            seconds: seconds,
            arrivals: .open(RenewalProcess(interarrival: arrivals)),
            servers: 0,
            time: time,
            policy: PolicyReference(
                name: "per-request",
                parameters: ["keepAlive": .number(keep), "randomKeepAlive": .number(isRandom ? 1 : 0)]
            )
        )
        scenario.services[0].serving = .slots(SlotServing(slots: 1, time: time, firstTime: firstTime))
        scenario.services[0].entry = .gateway(
            GatewayModel(
                containerConcurrency: 1,
                queueCapacity: 1_000_000,
                waitTimeoutSeconds: .infinity,
                choice: choice
            )
        )
        return scenario
    }

    private static func cold(_ run: RunResult) -> Double { self.share(run.services[0].cold, run) }

    private static func wastePerArrival(_ run: RunResult) -> Double {
        run.services[0].idleSeconds / Double(max(1, run.services[0].arrived))
    }

    private static func instances(_ run: RunResult) -> Double {
        run.services[0].replicaSeconds / run.measuredSeconds
    }

    private static var keepAlive: [TheoryCase] {
        // Weibull of shape 1/2 has twice its scale as its mean.
        let laws: [(String, Distribution, Double, Double)] = [
            ("poisson_mean10_T10", .exponential(mean: 10), 0.367879, 6.321206),
            ("lognormal_mean10_scv4_T10", .lognormal(mean: 10, squaredVariation: 4), 0.262937, 5.258732),
            ("weibull_k0.5_mean10_T10", .weibull(shape: 0.5, scale: 5), 0.243117, 4.130643),
        ]
        return laws.map { name, arrivals, cold, waste in
            TheoryCase(
                name: "E9_keepalive_renewal/\(name)",
                summary: "Requests without work; a replica stays ten seconds.",
                scenario: self.perRequest(
                    "E9_keepalive_renewal",
                    seconds: 3_000_000,
                    arrivals: arrivals,
                    keep: 10,
                    time: .constant(0)
                ),
                figures: [Figure("cold", cold, self.cold), Figure("waste_per_arrival", waste, self.wastePerArrival)]
            )
        }
    }

    private static var randomExpiry: [TheoryCase] {
        let rows: [(String, Double, Double, Double, Double, Double, Double)] = [
            ("a", 0.9, 2, 600, 0.008578, 1.8, 4.632256), ("b", 2, 1, 10, 0.115268, 2, 2.305367),
            ("c", 0.01, 2, 600, 0.15065, 0.02, 0.903899),
        ]
        return rows.map { name, rate, work, keep, cold, busy, idle in
            TheoryCase(
                name: "E10_scale_per_request_exp_expiry/\(name)",
                summary: "A replica for every request that finds none idle, kept for an exponential time.",
                scenario: self.perRequest(
                    "E10_scale_per_request_exp_expiry",
                    seconds: 500_000 / rate,
                    arrivals: .exponential(mean: 1 / rate),
                    keep: keep,
                    isRandom: true,
                    time: .exponential(mean: work)
                ),
                figures: [
                    Figure("cold", cold, self.cold),
                    Figure("busy", busy) { self.perSecond($0.services[0].busyTime, $0) },
                    Figure("idle", idle) { $0.services[0].idleSeconds / $0.measuredSeconds },
                ]
            )
        }
    }

    /// No closed form; another simulation said so, twenty times over a million seconds.
    private static var fixedExpiry: [TheoryCase] {
        let rows: [(String, ReplicaChoice, Double, Double)] = [
            ("newest_first", .newest, 0.001329, 7.6934), ("most_recently_used", .mostRecentlyUsed, 0.001334, 7.6915),
        ]
        return rows.map { name, choice, cold, instances in
            TheoryCase(
                name: "E12_det_expiry_DES_reference/\(name)",
                summary: "A function that is kept for ten minutes.",
                scenario: self.perRequest(
                    "E12_det_expiry_DES_reference",
                    seconds: 1_000_000,
                    arrivals: .exponential(mean: 1 / 0.9),
                    keep: 600,
                    time: .exponential(mean: 1.991),
                    firstTime: .exponential(mean: 2.244),
                    choice: choice
                ),
                figures: [Figure("cold", cold, self.cold), Figure("instances", instances, self.instances)]
            )
        }
    }
}
