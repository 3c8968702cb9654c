import ScalingCore
import SimulationKit
import Simulator
import Testing
import Timekeeping

/// The policies of the literature in the full model.
@Suite("the policies of the literature, run")
struct LiteratureRunTests {
    private static func scenario(
        _ policy: String,
        _ parameters: [String: PolicyReference.Value] = [:],
        process: any ArrivalProcess,
        seconds: Double,
        work: Distribution = .constant(0.001)
    ) -> Scenario {
        Scenario(
            name: policy,
            horizonSeconds: seconds,
            services: [
                ServiceModel(
                    name: "s",
                    workloads: [.open(process)],
                    entry: .gateway(GatewayModel(containerConcurrency: 1)),
                    serving: .slots(SlotServing(slots: 1, time: work)),
                    startup: StartupModel(warmUp: .constant(0.001)),
                    scaling: ScalingConfiguration(target: 1, total: 1),
                    policy: PolicyReference(name: policy, parameters: parameters),
                    resources: ReplicaResources(memoryBytes: 1e9)
                )
            ]
        )
    }

    private static func run(_ scenario: Scenario, seed: UInt64 = 1) -> ServiceResult {
        SimulationRun(scenario: scenario, seed: seed, catalogue: .literature).run().services[0]
    }

    @Test(
        "every policy serves all requests of a bursty hour",
        arguments: PolicyCatalogue.literature.factories.map(\.description.name).filter { $0 != "subprocess" }
    )
    func servesEverything(name: String) {
        let process = MarkovModulatedProcess(states: [
            .init(rate: 0.02, meanSeconds: 300), .init(rate: 2, meanSeconds: 60),
        ])
        let result = Self.run(
            Self.scenario(name, process: process, seconds: 3600, work: .exponential(mean: 0.5))
        )
        #expect(result.arrived > 200)
        #expect(result.failedInAll == 0)
        #expect(result.arrived - result.served <= 20)
        #expect(result.mostReplicas >= 1)
        #expect(result.replicaSeconds < 3600 * 40)
    }

    @Test("a fixed keep-alive gives the share of cold requests that the formula gives")
    func fixedKeepAliveFormula() {
        let scenario = Self.scenario(
            "fixed-keep-alive",
            ["keep": .number(10)],
            process: RenewalProcess.poisson(rate: 0.1),
            seconds: 300_000
        )
        let result = Self.run(scenario)
        let share = Double(result.cold) / Double(result.arrived)
        let error = (0.367879 * 0.632121 / Double(result.arrived)).squareRoot()
        #expect(abs(share - 0.367879) < 4 * error)
        #expect(abs(result.readySeconds / Double(result.arrived) - 6.321206) < 0.15)
    }

    @Test("the oracle is never cold and pays for hardly any idle time")
    func oracleIsBest() {
        let process = RenewalProcess.poisson(rate: 0.1)
        let oracle = Self.run(Self.scenario("oracle", process: process, seconds: 20_000))
        let keep = Self.run(Self.scenario("fixed-keep-alive", process: process, seconds: 20_000))
        #expect(oracle.arrived == keep.arrived)
        #expect(Double(oracle.cold) < 0.02 * Double(oracle.arrived))
        #expect(oracle.readySeconds < 0.05 * keep.readySeconds)
    }
}
