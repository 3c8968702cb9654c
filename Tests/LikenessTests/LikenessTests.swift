import ScalingCore
import SimulationKit
import Simulator
import Testing
import Timekeeping

/// The simulator and the live autoscaler are two hosts of one set of decisions; neither may grow one of its own.
@Suite("Simulated and live decisions")
struct LikenessTests {
    @Test(
        "the live engine decides as the simulated policy did, at the same moments, on one recorded history",
        arguments: ScalingPolicyName.allCases,
        0..<6
    )
    func alike(policy: ScalingPolicyName, seed: Int) {
        let history = PolicyHistory()
        let service = Self.service(policy, seed: seed)
        _ = SimulationRun(
            scenario: Scenario(name: "likeness", horizonSeconds: 900, services: [service]),
            seed: UInt64(seed),
            catalogue: Self.recording(policy, history)
        ).run()

        var configuration = service.scaling
        configuration.policy = policy
        var replay = EngineReplay(configuration: configuration, replicas: service.initialReplicas)
        replay.play(history.entries)
        let simulated = Self.changes(history, from: service.initialReplicas)
        #expect(simulated.count > 3, "too little happened to tell anything")
        #expect(replay.changes == simulated, "seed \(seed)")
    }

    /// Bursts with pauses, long enough that the service goes to zero between some of them.
    static func service(_ policy: ScalingPolicyName, seed: Int) -> ServiceModel {
        var stream = RandomStream(seed: UInt64(seed), replication: 0, purpose: .sampling)
        var arrivals: [Arrival] = []
        var at = 1.0
        while at < 850 {
            let count = 5 + stream.below(120)
            let rate = 1 + 30 * stream.uniform()
            for _ in 0..<count {
                at += Distribution.exponential(mean: 1 / rate).sample(&stream)
                arrivals.append(Arrival(at: .seconds(at)))
            }
            at += stream.uniform() * (seed % 2 == 0 ? 30 : 200)
        }
        var scaling = ScalingConfiguration()
        scaling.target = 1.4
        scaling.total = 2
        scaling.maxScale = 12
        return ServiceModel(
            name: "a",
            workloads: [.open(Listed(arrivals: arrivals))],
            entry: .gateway(GatewayModel(containerConcurrency: 2)),
            serving: .slots(SlotServing(slots: 2, time: .exponential(mean: 0.6))),
            startup: StartupModel(warmUp: .uniform(from: 2, to: 8)),
            scaling: scaling,
            policy: PolicyReference(name: policy.rawValue),
            initialReplicas: seed % 3
        )
    }

    struct Listed: ArrivalProcess {
        let arrivals: [Arrival]

        func source(_ context: ArrivalContext) -> any ArrivalSource { Source(rest: self.arrivals[...]) }

        struct Source: ArrivalSource {
            var rest: ArraySlice<Arrival>

            mutating func next() -> Arrival? { self.rest.popFirst() }
        }
    }

    static func recording(_ policy: ScalingPolicyName, _ history: PolicyHistory) -> PolicyCatalogue {
        guard let factory = PolicyCatalogue.basic[policy.rawValue] else { return .basic }
        return PolicyCatalogue([
            PolicyFactory(description: factory.description) { context in
                RecordedPolicy(policy: factory.make(context), history: history)
            }
        ])
    }

    static func changes(_ history: PolicyHistory, from initial: Int) -> [EngineReplay.Change] {
        var scale = initial
        var changes: [EngineReplay.Change] = []
        for (at, entry) in history.entries {
            guard case .decided(_, let replicas?) = entry, replicas != scale else { continue }
            scale = replicas
            changes.append(EngineReplay.Change(at: at, replicas: replicas))
        }
        return changes
    }
}
