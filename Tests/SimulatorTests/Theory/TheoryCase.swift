import SimulationKit
import Simulator

/// A model that theory solves, built for the full engine: what comes out must agree with what is known.
struct TheoryCase: Sendable {
    /// One number that is known.
    struct Figure: Sendable {
        var name: String
        var expected: Double
        /// The number in a run.
        var reading: @Sendable (RunResult) -> Double

        init(_ name: String, _ expected: Double, _ reading: @escaping @Sendable (RunResult) -> Double) {
            self.name = name
            self.expected = expected
            self.reading = reading
        }
    }

    var name: String
    /// One sentence.
    var summary: String
    /// One replication of it; the horizon is long enough for a relative half-width of about a per cent over ten of them.
    var scenario: Scenario
    var figures: [Figure]

    /// The same case over a shorter or longer time.
    func lasting(_ factor: Double) -> TheoryCase {
        var copy = self
        copy.scenario.horizonSeconds *= factor
        copy.scenario.warmUpSeconds *= factor
        return copy
    }

    /// Every case, the fast ones first.
    static var all: [TheoryCase] {
        self.queues + self.lossSystems + self.generalService + self.closedLoops + self.setups + self.functions
    }
}

// MARK: - Building blocks

extension TheoryCase {
    static func scenario(
        _ name: String,
        seconds: Double,
        arrivals: WorkloadModel,
        servers: Int,
        slots: Int = 1,
        capacity: Int = 1_000_000,
        time: Distribution,
        policy: PolicyReference? = nil,
        hasLaw: Bool = false
    ) -> Scenario {
        let service = ServiceModel(
            name: name,
            workloads: [arrivals],
            entry: .gateway(
                GatewayModel(
                    containerConcurrency: slots,
                    queueCapacity: capacity,
                    waitTimeoutSeconds: .infinity
                )
            ),
            serving: .slots(SlotServing(slots: slots, time: time)),
            policy: policy ?? PolicyReference(name: "fixed", parameters: ["replicas": .number(Double(servers))]),
            initialReplicas: servers
        )
        return Scenario(
            name: name,
            horizonSeconds: seconds,
            warmUpSeconds: seconds / 20,
            services: [service],
            recording: RecordingOptions(hasConcurrencyLaw: hasLaw)
        )
    }

    static func poisson(_ rate: Double) -> WorkloadModel { .open(RenewalProcess.poisson(rate: rate)) }

    static func perSecond(_ time: TimeSum, _ run: RunResult) -> Double { time.seconds / run.measuredSeconds }

    /// Requests in the house on average.
    static func inHouse(_ run: RunResult) -> Double { self.perSecond(run.services[0].concurrencyTime, run) }

    static func inQueue(_ run: RunResult) -> Double { self.perSecond(run.services[0].waitingTime, run) }

    static func totalMean(_ run: RunResult) -> Double { run.services[0].total.mean / 1e9 }

    static func waitMean(_ run: RunResult) -> Double { run.services[0].wait.mean / 1e9 }

    static func share(_ part: UInt64, _ run: RunResult) -> Double {
        Double(part) / Double(max(1, run.services[0].arrived))
    }

    /// The share of time with more than `count` requests in the house.
    static func shareOfTime(above count: Int, _ run: RunResult) -> Double {
        let law = run.services[0].concurrencyLaw
        return Double(law.dropFirst(count + 1).reduce(0, +)) / Double(max(1, law.reduce(0, +)))
    }

    /// The least number of requests in the house that is not exceeded in `share` of the time.
    static func concurrency(notExceededIn share: Double, _ run: RunResult) -> Double {
        var count = 0
        while self.shareOfTime(above: count, run) > 1 - share { count += 1 }
        return Double(count)
    }
}
