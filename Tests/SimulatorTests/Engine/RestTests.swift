import ScalingCore
import SimulationKit
import Simulator
import Testing
import Timekeeping

/// Services with nothing to decide are not looked at; whoever is looked at all the same must come to the same result.
@Suite("Services at rest")
struct RestTests {
    static func results(_ scenario: Scenario, seed: UInt64) -> (resting: RunResult, awake: RunResult) {
        var run = SimulationRun(scenario: scenario, seed: seed)
        let resting = run.run()
        run.keepsAllAwake = true
        return (resting, run.run())
    }

    @Test("a scenario drawn at random gives the same bytes whether services rest or not", arguments: 0..<120)
    func randomScenarios(seed: UInt64) {
        let scenario = RandomScenario.drawn(seed: seed)
        let (resting, awake) = Self.results(scenario, seed: seed)
        #expect(resting.fingerprint == awake.fingerprint)
        #expect(awake.looksMadeUpFor == 0)
    }

    @Test("most looks at services with little to do are made up for", arguments: ["pilotlight", "knative"])
    func mostlyResting(policy: String) {
        let services = (0..<20).map { index in
            var service = Pieces.service(
                RenewalProcess.poisson(rate: 0.05),
                serving: .slots(SlotServing(slots: 0, time: .exponential(mean: 0.5))),
                startup: StartupModel(warmUp: .constant(3)),
                replicas: 0,
                policy: PolicyReference(name: policy)
            )
            service.name = "service-\(index)"
            return service
        }
        let (resting, awake) = Self.results(
            Scenario(name: "quiet", horizonSeconds: 3600, services: services),
            seed: 3
        )
        let looks = resting.services.reduce(0) { $0 + $1.decisions }
        #expect(resting.fingerprint == awake.fingerprint)
        #expect(resting.looksMadeUpFor * 10 > looks * 8, "\(resting.looksMadeUpFor) of \(looks)")
    }

    @Test("a service that must not go to zero rests for as long as nobody asks") func minimum() {
        var service = Pieces.service(ListedArrivals(at: [1, 5000], work: 2), policy: PolicyReference(name: "knative"))
        service.scaling.minScale = 1
        let scenario = Scenario(name: "minimum", horizonSeconds: 10_000, services: [service])
        let (resting, awake) = Self.results(scenario, seed: 1)
        #expect(resting.fingerprint == awake.fingerprint)
        #expect(resting.looksMadeUpFor > 4900)
        #expect(resting.services[0].decisions < resting.looksMadeUpFor + 100)
    }

    @Test("where services share nodes, nobody rests") func sharedNodes() {
        #expect(SimulationRun(scenario: DeterminismTests.scenario(), seed: 5).run().looksMadeUpFor == 0)
    }
}

/// Scenarios of a few services that are quiet at times, with everything that may end a rest.
enum RandomScenario {
    static func drawn(seed: UInt64) -> Scenario {
        var random = RandomStream(seed: seed, replication: 0, purpose: .sampling)
        let count = 1 + random.below(4)
        let services = (0..<count).map { Self.service($0, &random) }
        let horizon = 900.0 + Double(random.below(3000))
        return Scenario(
            name: "random-\(seed)",
            horizonSeconds: horizon,
            warmUpSeconds: random.below(2) == 0 ? 0 : Double(random.below(400)) + Double(random.below(2)) * 0.35,
            services: services,
            faults: random.below(3) == 0 ? Self.faults(&random) : [],
            metrics: MetricPipeline(
                reportSeconds: [1, 1, 1, 1.5, 2][random.below(5)],
                tickSeconds: [2, 2, 1.3, 5][random.below(4)],
                actuationSeconds: [0, 0, 0.4][random.below(3)],
                wakeSeconds: [0, 0, 0.02][random.below(3)]
            ),
            recording: RecordingOptions(timelineSeconds: 10, hasDecisions: true, hasStarts: true, hasRequests: true)
        )
    }

    private static func service(_ index: Int, _ random: inout RandomStream) -> ServiceModel {
        let concurrency = [0, 1, 3, 10, 100][random.below(5)]
        var service = ServiceModel(
            name: "service-\(index)",
            workloads: Self.workloads(&random),
            entry: .gateway(
                GatewayModel(
                    containerConcurrency: concurrency,
                    queueCapacity: [0, 2, 1000][random.below(3)],
                    waitTimeoutSeconds: [2, 600][random.below(2)],
                    readinessDelay: .constant([0, 0.3][random.below(2)]),
                    retry: random.below(3) == 0 ? RetryModel() : nil
                )
            ),
            serving: .slots(
                SlotServing(
                    slots: concurrency,
                    time: [.exponential(mean: 0.3), .lognormal(mean: 4, squaredVariation: 3), .constant(70)][
                        random.below(3)
                    ]
                )
            ),
            startup: StartupModel(
                warmUp: [.constant(0), .constant(4), .lognormal(mu: 1, sigma: 1)][random.below(3)],
                failureShare: [0, 0, 0.2][random.below(3)]
            ),
            policy: PolicyReference(name: random.below(2) == 0 ? "pilotlight" : "knative"),
            initialReplicas: random.below(3)
        )
        service.scaling = Self.scaling(concurrency, &random)
        return service
    }

    private static func scaling(_ concurrency: Int, _ random: inout RandomStream) -> ScalingConfiguration {
        let total = concurrency == 0 ? [5.0, 100][random.below(2)] : Double(concurrency)
        var scaling = ScalingConfiguration(target: total * [0.7, 2.0 / 3, 1][random.below(3)], total: total)
        scaling.minScale = [0, 0, 0, 1, 2][random.below(5)]
        scaling.maxScale = [0, 0, 1, 2, 5][random.below(5)]
        scaling.metric = random.below(5) == 0 ? .rps : .concurrency
        scaling.stableWindowSeconds = [60, 60, 20, 300][random.below(4)]
        scaling.enableScaleToZero = random.below(6) > 0
        scaling.scaleToZeroPodRetentionSeconds = [0, 0, 45.5][random.below(3)]
        scaling.scaleDownDelaySeconds = random.below(6) == 0 ? 30 : 0
        scaling.activationScale = random.below(6) == 0 ? 2 : 1
        scaling.aggregation = random.below(4) == 0 ? .weightedExponential : .linear
        scaling.targetBurstCapacity = [211, -1, 0][random.below(3)]
        if random.below(5) == 0 { scaling.keepAlive = KeepAliveConfiguration(.fixed) }
        return scaling
    }

    private static func workloads(_ random: inout RandomStream) -> [WorkloadModel] {
        switch random.below(5) {
        case 0: [.open(RenewalProcess.poisson(rate: 0.02))]
        case 1: [.open(RenewalProcess.poisson(rate: 2))]
        case 2: [.open(RenewalProcess(interarrival: .lognormal(mean: 30, squaredVariation: 20)))]
        case 3: [.closed(ClosedLoop(clients: 1 + random.below(4), think: .exponential(mean: 40)))]
        default:
            [
                .open(ListedArrivals(at: [3, 3, 3.5, 100, 400, 402, 402, 700.05, 700.05], work: 1)),
                .open(RenewalProcess.poisson(rate: 0.2)),
            ]
        }
    }

    private static func faults(_ random: inout RandomStream) -> [Fault] {
        [
            Fault(when: .at(seconds: 300), kind: .metricsLost(service: nil, seconds: 20)),
            Fault(when: .every(.exponential(mean: 400)), kind: .replicasLost(service: "service-0", count: 1)),
            Fault(when: .at(seconds: 500.5), kind: .autoscalerDown(seconds: Double(1 + random.below(60)))),
            Fault(when: .at(seconds: 800), kind: .slowService(service: nil, factor: 3, seconds: 50)),
        ]
    }
}
