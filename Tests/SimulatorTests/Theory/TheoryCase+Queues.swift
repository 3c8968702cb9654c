import SimulationKit
import Simulator

extension TheoryCase {
    /// Poisson arrivals, exponential service, everyone waits: Erlang C.
    static var queues: [TheoryCase] {
        [
            TheoryCase(
                name: "E1_MM1",
                summary: "One server at 90 % load.",
                scenario: self.scenario(
                    "E1_MM1",
                    seconds: 2_000_000,
                    arrivals: self.poisson(0.9),
                    servers: 1,
                    time: .exponential(mean: 1),
                    hasLaw: true
                ),
                figures: [
                    Figure("L", 9, self.inHouse),
                    Figure("Lq", 8.1, self.inQueue),
                    Figure("W", 10, self.totalMean),
                    Figure("Wq", 9, self.waitMean),
                    Figure("W_p99", 46.051702) { $0.services[0].total.quantile(0.99) / 1e9 },
                    Figure("Wq_p99", 44.998097) { $0.services[0].wait.quantile(0.99) / 1e9 },
                    Figure("P_N_gt_20", 0.109419) { self.shareOfTime(above: 20, $0) },
                ]
            ),
            self.erlangC("E2a_MMc", rate: 8, servers: 10, [0.40918, 1.636721, 0.20459, 1.20459, 1.855785, 4.946111]),
            self.erlangC(
                "E2b_MMc",
                rate: 95,
                servers: 100,
                [0.506457, 9.62268, 0.101291, 1.101291, 0.784971, 4.724387]
            ),
            self.erlangC(
                "E2c_MMc",
                rate: 28.5,
                servers: 30,
                isOneReplica: true,
                [0.70453, 13.386077, 0.469687, 1.469687, 2.836631, 5.445219]
            ),
        ]
    }

    /// - Parameter expected: Erlang's C, Lq, Wq, W, and the 99th percentiles of Wq and W.
    private static func erlangC(
        _ name: String,
        rate: Double,
        servers: Int,
        isOneReplica: Bool = false,
        _ expected: [Double]
    ) -> TheoryCase {
        TheoryCase(
            name: name,
            summary: isOneReplica ? "\(servers) slots of one replica." : "\(servers) replicas of one slot.",
            scenario: self.scenario(
                name,
                seconds: 2_000_000 / rate,
                arrivals: self.poisson(rate),
                servers: isOneReplica ? 1 : servers,
                slots: isOneReplica ? servers : 1,
                time: .exponential(mean: 1)
            ),
            figures: [
                Figure("ErlangC", expected[0]) { self.share($0.services[0].waited, $0) },
                Figure("Lq", expected[1], self.inQueue),
                Figure("Wq", expected[2], self.waitMean),
                Figure("W", expected[3], self.totalMean),
                Figure("Wq_p99", expected[4]) { $0.services[0].wait.quantile(0.99) / 1e9 },
                Figure("W_p99", expected[5]) { $0.services[0].total.quantile(0.99) / 1e9 },
            ]
        )
    }

    /// Nobody waits, or few: Erlang B, which the law of service does not matter for, and M/M/c/K.
    static var lossSystems: [TheoryCase] {
        let laws: [(String, Distribution)] = [
            ("exponential", .exponential(mean: 1)), ("constant", .constant(1)),
            ("lognormal", .lognormal(mean: 1, squaredVariation: 4)),
        ]
        let losses = laws.flatMap { law, time in
            [("E3a_ErlangB", 10.0, 15, 0.036497, 9.635031), ("E3b_ErlangB", 100, 110, 0.027463, 97.253655)].map {
                TheoryCase(
                    name: "\($0.0)/\(law)",
                    summary: "\($0.2) servers without a queue, \(law) service.",
                    scenario: self.scenario(
                        $0.0,
                        seconds: 2_000_000 / $0.1,
                        arrivals: self.poisson($0.1),
                        servers: $0.2,
                        capacity: 0,
                        time: time
                    ),
                    figures: [
                        Figure("B", $0.3) { self.share($0.services[0].failed(.queueFull), $0) },
                        Figure("carried", $0.4, self.inHouse),
                    ]
                )
            }
        }
        let finite = TheoryCase(
            name: "E4_MMcK",
            summary: "Eight servers and twelve places to wait, overloaded.",
            scenario: self.scenario(
                "E4_MMcK",
                seconds: 200_000,
                arrivals: self.poisson(10),
                servers: 8,
                capacity: 12,
                time: .exponential(mean: 1)
            ),
            figures: [
                Figure("P_block", 0.205782) { self.share($0.services[0].failed(.queueFull), $0) },
                Figure("L", 16.456269, self.inHouse),
                Figure("Lq", 8.514084, self.inQueue),
                Figure("W", 2.072008, self.totalMean),
                Figure("Wq", 1.072008, self.waitMean),
                Figure("throughput", 7.942185) { Double($0.services[0].served) / $0.measuredSeconds },
            ]
        )
        return losses + [finite]
    }

    /// Pollaczek and Khinchine: what variable service costs.
    static var generalService: [TheoryCase] {
        let laws: [(String, Distribution, Double)] = [
            ("deterministic", .constant(1), 2), ("exponential", .exponential(mean: 1), 4),
            ("lognormal_scv4", .lognormal(mean: 1, squaredVariation: 4), 10),
            ("hyperexp_scv10", .hyperexponential(mean: 1, squaredVariation: 10), 22),
        ]
        return laws.map { name, time, expected in
            TheoryCase(
                name: "E5_MG1/\(name)",
                summary: "One server at 80 % load, \(name) service.",
                scenario: self.scenario(
                    "E5_MG1",
                    seconds: 3_000_000,
                    arrivals: self.poisson(0.8),
                    servers: 1,
                    time: time
                ),
                figures: [Figure("Wq", expected, self.waitMean)]
            )
        }
    }

    /// Clients that wait for their answer before they ask again.
    static var closedLoops: [TheoryCase] {
        [
            TheoryCase(
                name: "E8_machine_repair",
                summary: "Ten clients at two servers.",
                scenario: self.scenario(
                    "E8_machine_repair",
                    seconds: 1_000_000,
                    arrivals: .closed(ClosedLoop(clients: 10, think: .exponential(mean: 10))),
                    servers: 2,
                    time: .exponential(mean: 1),
                    hasLaw: true
                ),
                figures: [
                    Figure("L", 1.038638, self.inHouse),
                    Figure("Lq", 0.142502, self.inQueue),
                    Figure("throughput", 0.896136) { Double($0.services[0].served) / $0.measuredSeconds },
                    Figure("W", 1.159018, self.totalMean),
                    Figure("P0", 0.367955) { 1 - self.shareOfTime(above: 0, $0) },
                ]
            ),
            TheoryCase(
                name: "E8b_closed",
                summary: "64 clients at eight servers.",
                scenario: self.scenario(
                    "E8b_closed",
                    seconds: 200_000,
                    arrivals: .closed(ClosedLoop(clients: 64, think: .exponential(mean: 10))),
                    servers: 8,
                    time: .exponential(mean: 1)
                ),
                figures: [
                    Figure("L", 6.308781, self.inHouse),
                    Figure("throughput", 5.769122) { Double($0.services[0].served) / $0.measuredSeconds },
                    Figure("W", 1.093543, self.totalMean),
                    Figure("util", 0.72114) { self.perSecond($0.services[0].busyTime, $0) / 8 },
                ]
            ),
        ]
    }
}
