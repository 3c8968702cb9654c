import SimulationKit

/// A system whose behaviour queueing theory knows exactly, built of the simulator's ordinary model.
struct AnalyticCase: Sendable {
    /// A figure that theory knows.
    struct Check: Sendable {
        let name: String
        let expected: Double
        /// One standard error of the expected value itself, where it was measured rather than derived.
        var expectedError = 0.0
        /// What the simulator's histograms may be off by, as a share of the value.
        var resolution = 0.0
        let measure: @Sendable (RunResult) -> Double
    }

    /// As `E2a`.
    let key: String
    /// As `M/M/10, 8 requests a second`.
    let title: String
    let scenario: Scenario
    let replications: Int
    let checks: [Check]
}

extension AnalyticCase.Check {
    /// A figure of the case's one service.
    static func of(
        _ name: String,
        _ expected: Double,
        error: Double = 0,
        _ measure: @escaping @Sendable (ServiceResult, Double) -> Double
    ) -> Self {
        Self(name: name, expected: expected, expectedError: error) { result in
            measure(result.services[0], result.measuredSeconds)
        }
    }

    /// A mean time in seconds.
    static func mean(
        _ name: String,
        _ expected: Double,
        _ histogram: @escaping @Sendable (ServiceResult) -> LatencyHistogram
    ) -> Self {
        Self(name: name, expected: expected) { histogram($0.services[0]).mean / 1e9 }
    }

    /// A percentile of a time in seconds.
    static func p99(
        _ name: String,
        _ expected: Double,
        _ histogram: @escaping @Sendable (ServiceResult) -> LatencyHistogram
    ) -> Self {
        Self(name: name, expected: expected, resolution: 0.008) { histogram($0.services[0]).quantile(0.99) / 1e9 }
    }

    /// Requests in the house, on average over time.
    static func inHouse(_ expected: Double) -> Self {
        .of("L", expected) { $0.concurrencyTime.seconds / $1 }
    }

    static func waiting(_ expected: Double) -> Self {
        .of("Lq", expected) { $0.waitingTime.seconds / $1 }
    }

    static func throughput(_ expected: Double) -> Self {
        .of("throughput", expected) { Double($0.served) / $1 }
    }
}
