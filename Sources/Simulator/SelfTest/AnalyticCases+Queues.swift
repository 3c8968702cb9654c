import SimulationKit

extension AnalyticCase {
    /// E1 to E5, E8: queues before a fixed number of replicas.
    ///
    /// - Parameter effort: 1 makes intervals of about one per cent; less is faster and wider.
    static func queues(effort: Double) -> [AnalyticCase] {
        [Self.mm1(effort)] + Self.mmc(effort) + Self.erlangB(effort) + [Self.mmck(effort)] + Self.mg1(effort)
            + Self.closed(effort)
    }

    private static func mm1(_ effort: Double) -> AnalyticCase {
        AnalyticCase(
            key: "E1",
            title: "M/M/1, load 0.9",
            scenario: AnalyticModel.queue(
                "mm1",
                workload: AnalyticModel.poisson(0.9),
                service: .exponential(mean: 1),
                servers: 1,
                seconds: 1_500_000 * effort
            ),
            replications: 16,
            checks: [
                .inHouse(9), .waiting(8.1), .mean("W", 10) { $0.total }, .mean("Wq", 9) { $0.wait },
                .p99("W p99", 46.051702) { $0.total }, .p99("Wq p99", 44.998097) { $0.wait },
                .of("P(N > 20)", 0.109419) { result, _ in Self.shareOfTime(result, above: 20) },
            ]
        )
    }

    private static func mmc(_ effort: Double) -> [AnalyticCase] {
        let rows: [(String, Double, Int, [Double], Double)] = [
            ("E2a", 8, 10, [0.40918, 1.636721, 0.20459, 1.855785, 4.946111], 150_000),
            ("E2b", 95, 100, [0.506457, 9.62268, 0.101291, 0.784971, 4.724387], 40_000),
            ("E2c", 28.5, 30, [0.70453, 13.386077, 0.469687, 2.836631, 5.445219], 100_000),
        ]
        return rows.map { key, rate, servers, expected, seconds in
            AnalyticCase(
                key: key,
                title: "M/M/\(servers), \(rate) requests a second",
                scenario: AnalyticModel.queue(
                    "mmc",
                    workload: AnalyticModel.poisson(rate),
                    service: .exponential(mean: 1),
                    servers: servers,
                    seconds: seconds * effort
                ),
                replications: 10,
                checks: [
                    .of("P(wait)", expected[0]) { result, _ in Double(result.waited) / Double(result.arrived) },
                    .waiting(expected[1]), .mean("Wq", expected[2]) { $0.wait },
                    .p99("Wq p99", expected[3]) { $0.wait }, .p99("W p99", expected[4]) { $0.total },
                ]
            )
        }
    }

    private static func erlangB(_ effort: Double) -> [AnalyticCase] {
        let laws: [(String, Distribution)] = [
            ("exponential", .exponential(mean: 1)), ("constant", .constant(1)),
            ("lognormal", .lognormal(mean: 1, squaredVariation: 4)),
        ]
        let small = laws.map { name, law in
            Self.blocked("E3a \(name)", load: 10, servers: 15, law, 0.036497, 9.635031, seconds: 120_000 * effort)
        }
        let large = Self.blocked(
            "E3b exponential",
            load: 100,
            servers: 110,
            .exponential(mean: 1),
            0.027463,
            97.253655,
            seconds: 25_000 * effort
        )
        return small + [large]
    }

    private static func blocked(
        _ key: String,
        load: Double,
        servers: Int,
        _ law: Distribution,
        _ share: Double,
        _ carried: Double,
        seconds: Double
    ) -> AnalyticCase {
        AnalyticCase(
            key: key,
            title: "no room to wait, \(servers) replicas, load \(Int(load))",
            scenario: AnalyticModel.queue(
                "erlang-b",
                workload: AnalyticModel.poisson(load),
                service: law,
                servers: servers,
                room: 0,
                seconds: seconds
            ),
            replications: 10,
            checks: [
                .of("P(blocked)", share) { result, _ in Double(result.failed(.queueFull)) / Double(result.arrived) },
                .of("carried", carried) { $0.concurrencyTime.seconds / $1 },
            ]
        )
    }

    private static func mmck(_ effort: Double) -> AnalyticCase {
        AnalyticCase(
            key: "E4",
            title: "M/M/8 with room for 20, load 10",
            scenario: AnalyticModel.queue(
                "mmck",
                workload: AnalyticModel.poisson(10),
                service: .exponential(mean: 1),
                servers: 8,
                room: 12,
                seconds: 100_000 * effort
            ),
            replications: 10,
            checks: [
                .of("P(blocked)", 0.205782) { result, _ in Double(result.failed(.queueFull)) / Double(result.arrived) },
                .inHouse(16.456269), .waiting(8.514084), .mean("W", 2.072008) { $0.total },
                .mean("Wq", 1.072008) { $0.wait }, .throughput(7.942185),
            ]
        )
    }

    private static func mg1(_ effort: Double) -> [AnalyticCase] {
        let laws: [(String, Distribution, Double, Double)] = [
            ("constant", .constant(1), 2, 1_000_000),
            ("exponential", .exponential(mean: 1), 4, 1_000_000),
            ("lognormal", .lognormal(mean: 1, squaredVariation: 4), 10, 3_000_000),
            ("hyperexponential", .hyperexponential(mean: 1, squaredVariation: 10), 22, 3_000_000),
        ]
        return laws.map { name, law, expected, seconds in
            AnalyticCase(
                key: "E5 \(name)",
                title: "M/G/1, load 0.8",
                scenario: AnalyticModel.queue(
                    "mg1",
                    workload: AnalyticModel.poisson(0.8),
                    service: law,
                    servers: 1,
                    seconds: seconds * effort
                ),
                replications: 10,
                checks: [.mean("Wq", expected) { $0.wait }]
            )
        }
    }

    private static func closed(_ effort: Double) -> [AnalyticCase] {
        [
            AnalyticCase(
                key: "E8",
                title: "10 clients, 2 replicas",
                scenario: AnalyticModel.queue(
                    "closed",
                    workload: .closed(ClosedLoop(clients: 10, think: .exponential(mean: 10))),
                    service: .exponential(mean: 1),
                    servers: 2,
                    seconds: 500_000 * effort
                ),
                replications: 10,
                checks: [
                    .inHouse(1.038638), .waiting(0.142502), .throughput(0.896136), .mean("W", 1.159018) { $0.total },
                    .of("P(empty)", 0.367955) { result, _ in
                        1 - Self.shareOfTime(result, above: 0)
                    },
                ]
            ),
            AnalyticCase(
                key: "E8b",
                title: "64 clients, 8 replicas",
                scenario: AnalyticModel.queue(
                    "closed",
                    workload: .closed(ClosedLoop(clients: 64, think: .exponential(mean: 10))),
                    service: .exponential(mean: 1),
                    servers: 8,
                    seconds: 100_000 * effort
                ),
                replications: 10,
                checks: [.inHouse(6.308781), .throughput(5.769122), .mean("W", 1.093543) { $0.total }]
            ),
        ]
    }

    /// For how much of the time more than `count` requests were there.
    static func shareOfTime(_ result: ServiceResult, above count: Int) -> Double {
        let total = result.concurrencyLaw.reduce(0.0) { $0 + Double($1) }
        let above = result.concurrencyLaw.dropFirst(count + 1).reduce(0.0) { $0 + Double($1) }
        return total > 0 ? above / total : 0
    }
}
