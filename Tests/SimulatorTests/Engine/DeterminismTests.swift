import ScalingCore
import SimulationKit
import Simulator
import Testing

@Suite("Determinism")
struct DeterminismTests {
    static func scenario(policy: String = "pilotlight", extra: Bool = false) -> Scenario {
        var services = ["one", "two"].map { name in
            var service = Pieces.service(
                RenewalProcess.poisson(rate: 20),
                serving: .slots(SlotServing(slots: 4, time: .lognormal(mean: 0.4, squaredVariation: 2))),
                entry: .gateway(GatewayModel(containerConcurrency: 4, queueCapacity: 50, retry: RetryModel())),
                startup: StartupModel(
                    scheduling: .uniform(from: 0.1, to: 0.5),
                    weights: Artifact(name: name, bytes: 4e9),
                    warmUp: .lognormal(mu: 1, sigma: 0.5),
                    failureShare: 0.05
                ),
                initial: 1,
                policy: PolicyReference(name: policy)
            )
            service.name = name
            service.scaling.target = 2.5
            service.resources = LifeTests.gpu
            return service
        }
        if extra {
            var idle = services[0]
            idle.name = "three"
            idle.workloads = [.open(RenewalProcess.poisson(rate: 0.01))]
            idle.resources = ReplicaResources()
            services.append(idle)
        }
        return Scenario(
            name: "determinism",
            horizonSeconds: 600,
            warmUpSeconds: 60,
            services: services,
            cluster: ClusterModel(pools: [LifeTests.pool(max: 20, provisioning: 30)]),
            faults: [Fault(when: .every(.exponential(mean: 200)), kind: .nodeLost(pool: nil))],
            metrics: MetricPipeline(lagSeconds: 0.7, activators: 2),
            recording: RecordingOptions(timelineSeconds: 10, hasDecisions: true, hasStarts: true)
        )
    }

    @Test("the same seed gives the same bytes, on one thread and on many") func equalRuns() async {
        let run = SimulationRun(scenario: Self.scenario(), seed: 5)
        let alone = run.run().fingerprint
        let together = await withTaskGroup(of: String.self) { group in
            for _ in 0..<4 { group.addTask { run.run().fingerprint } }
            return await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(together == [alone])
    }

    @Test("another seed, and another replication, give other bytes") func unequalRuns() {
        let base = SimulationRun(scenario: Self.scenario(), seed: 5).run().fingerprint
        #expect(SimulationRun(scenario: Self.scenario(), seed: 6).run().fingerprint != base)
        #expect(SimulationRun(scenario: Self.scenario(), seed: 5, replication: 1).run().fingerprint != base)
    }

    @Test("another policy meets the same requests") func commonRandomNumbers() {
        let arrivals = ["pilotlight", "knative"].map { policy in
            SimulationRun(scenario: Self.scenario(policy: policy), seed: 5).run().services.map(\.arrived)
        }
        #expect(arrivals[0] == arrivals[1])
        #expect(arrivals[0][0] != arrivals[0][1])
    }

    @Test("a service that is added moves no other service's requests") func independence() {
        let before = SimulationRun(scenario: Self.scenario(), seed: 5).run()
        let after = SimulationRun(scenario: Self.scenario(extra: true), seed: 5).run()
        #expect(before.services[0].arrived == after.services[0].arrived)
        #expect(before.services[1].arrived == after.services[1].arrived)
    }

    @Test("a run that is stopped tells of the time until then") func stopped() {
        var asked = 0
        let result = SimulationRun(scenario: Self.scenario(), seed: 5).run {
            asked += 1
            return asked == 3
        }
        #expect(result.horizonNanoseconds < 600_000_000_000)
        #expect(result.services[0].arrived > 0)
    }
}
