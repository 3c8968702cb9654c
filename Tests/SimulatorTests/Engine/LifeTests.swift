import SimulationKit
import Simulator
import Testing
import Timekeeping

@Suite("The life of a replica")
struct LifeTests {
    static let gpu = ReplicaResources(cpu: 4, memoryBytes: 30e9, gpus: 1, gpuType: "a100")

    static func pool(max: Int = 10, provisioning: Double = 60, idle: Double = 100, price: Double = 3.6) -> NodePool {
        NodePool(
            name: "gpu",
            gpuType: "a100",
            capacity: ReplicaResources(cpu: 16, memoryBytes: 100e9, gpus: 2),
            maxNodes: max,
            pricePerHour: price,
            provisioning: .constant(provisioning),
            idleSeconds: idle,
            bytesPerSecond: 1e9
        )
    }

    static func service(replicas: Int, weights: Double = 20e9, initial: Int = 0) -> ServiceModel {
        var service = Pieces.service(
            ListedArrivals(at: [0], work: 1),
            startup: StartupModel(
                scheduling: .constant(1),
                image: Artifact(name: "image", bytes: 5e9, time: .constant(2), cachedTime: .constant(0)),
                weights: Artifact(name: "weights", bytes: weights, cachedTime: .constant(3)),
                warmUp: .constant(4)
            ),
            replicas: replicas,
            initial: initial
        )
        service.resources = Self.gpu
        return service
    }

    @Test("a start goes through every phase, each as long as its law says") func phases() {
        let run = Pieces.run(Self.service(replicas: 1), seconds: 600, cluster: ClusterModel(pools: [Self.pool()]))
        let start = run.services[0].startLog[0]
        let seconds = start.phases.map { Double($0) / 1e9 }
        // 1 s scheduling, 60 s node, 5 GB at 1 GB/s and 2 s unpacking, 20 GB, 4 s warm-up.
        #expect(Array(seconds[0..<5]) == [1, 60, 7, 20, 4])
        #expect(start.readyAt == .seconds(92))
        #expect(start.node == "gpu-0")
        #expect(run.services[0].ends == [93])
        #expect(run.services[0].cold == 1)
    }

    @Test("a second replica on a node finds image and weights there, and shares the link while they are fetched")
    func caches() {
        let cluster = ClusterModel(pools: [Self.pool()])
        let both = Pieces.run(Self.service(replicas: 2), seconds: 600, cluster: cluster).services[0]
        // Both wait for the same copy: it travels once.
        #expect(both.startLog.map(\.readyAt) == [.seconds(92), .seconds(92)])
        var other = Self.service(replicas: 1, weights: 10e9)
        other.name = "b"
        other.startup.weights?.name = "other"
        other.startup.image = nil
        let scenario = Scenario(
            name: "two",
            horizonSeconds: 600,
            services: [Self.service(replicas: 1), other],
            cluster: cluster,
            recording: RecordingOptions(hasStarts: true)
        )
        let run = SimulationRun(scenario: scenario, seed: 1).run()
        // From 61 s on 5 GB and 10 GB share the link: the image has travelled at 71 s, is unpacked at 73 s, when 3 of the
        // 10 GB are left; both then share until those are there at 79 s (77 s is when they would be alone).
        #expect(run.services[0].startLog[0].phases[2] == 12_000_000_000)
        #expect(run.services[1].startLog[0].phases[3] == 18_000_000_000 - 2_000_000_000 + Self.rest)
    }

    /// 5 GB are left of the second artifact at 71 s; alone for 2 s it comes to 3 GB, which take 6 s beside the weights.
    static let rest: Int64 = 2_000_000_000

    @Test("nodes come for replicas that fit nowhere, hold as many as fit, and go when they are empty") func nodes() {
        var service = Self.service(replicas: 5)
        service.workloads = []
        let run = Pieces.run(service, seconds: 1000, cluster: ClusterModel(pools: [Self.pool()]))
        // Two GPUs a node: five replicas need three.
        #expect(run.cluster.pools[0].mostNodes == 3)
        #expect(run.cluster.pools[0].nodesOrdered == 3)
        // Ordered at 1 s; 999 s of three nodes at 3.6 an hour.
        #expect((run.cost - 3 * 999 * 0.001).magnitude < 1e-9)
        #expect((run.cluster.pools[0].gpuTime.seconds - 2 * 3 * 999).magnitude < 1e-6)
    }

    @Test("a quota and the size of a pool hold, and who finds no room waits") func quota() {
        let limited = ClusterModel(pools: [Self.pool()], gpuQuotas: [GPUQuota(gpuType: "a100", gpus: 3)])
        let run = Pieces.run(Self.service(replicas: 5), seconds: 1000, cluster: limited)
        #expect(run.services[0].startLog.filter { $0.readyAt != nil }.count == 3)
        #expect(run.cluster.pools[0].mostNodes == 2)
        #expect(run.cluster.unplacedTime.seconds > 1800)
        let small = ClusterModel(pools: [Self.pool(max: 1)])
        let other = Pieces.run(Self.service(replicas: 5), seconds: 1000, cluster: small)
        #expect(other.services[0].startLog.filter { $0.readyAt != nil }.count == 2)
    }

    @Test("a node that is lost takes its replicas along, and others are ordered at once") func lostNode() {
        let fault = Fault(when: .at(seconds: 200), kind: .nodeLost(pool: nil))
        let run = Pieces.run(
            Self.service(replicas: 2, initial: 2),
            seconds: 1000,
            cluster: ClusterModel(pools: [Self.pool()]),
            faults: [fault]
        )
        #expect(run.services[0].replicasLost == 2)
        #expect(run.cluster.pools[0].nodesLost == 1)
        #expect(run.services[0].startLog.map(\.orderedAt) == [.seconds(200), .seconds(200)])
        #expect(run.services[0].startLog.map(\.readyAt) == [.seconds(292), .seconds(292)])
    }

    @Test("starts that fail are tried again on the same node after a pause") func failedStarts() {
        let startup = StartupModel(warmUp: .constant(5), failureShare: 0.5, restartPauseSeconds: 10)
        let result = Pieces.run(
            Pieces.service(ListedArrivals(at: [], work: 0), startup: startup, replicas: 40, initial: 0),
            seconds: 4000
        ).services[0]
        #expect(result.startsFinished == 40)
        #expect((20...70).contains(result.startsFailed))
        #expect(result.replicaSeconds(.failed) >= Double(result.startsFailed) * 10)
    }

    @Test("slow starts last as long as the fault says") func slowStarts() {
        let fault = Fault(when: .at(seconds: 0), kind: .slowStarts(service: nil, factor: 3, seconds: 50))
        let result = Pieces.run(
            Pieces.service(
                ListedArrivals(at: [], work: 0),
                startup: StartupModel(scheduling: .constant(1), warmUp: .constant(5)),
                replicas: 1,
                initial: 0
            ),
            seconds: 100,
            faults: [fault]
        ).services[0]
        // The order was given before the fault began, its warm-up comes after.
        #expect(result.startLog[0].phases[4] == 15_000_000_000)
    }

    @Test("a replica that drains finishes what it has, and not a second more than it may") func drain() {
        var service = Pieces.service(
            ListedArrivals(at: [0, 0], work: 100),
            serving: .slots(SlotServing(time: .constant(100))),
            entry: .gateway(GatewayModel(containerConcurrency: 1)),
            replicas: 1,
            initial: 2
        )
        service.drainSeconds = 40
        let result = Pieces.run(service, seconds: 500, metrics: MetricPipeline(actuationSeconds: 1)).services[0]
        // One of the two must go after a second; it drains for 40 s and is then cut off.
        #expect(result.replicaSeconds(.draining) == 40)
        #expect(result.failed(.replicaLost) == 1)
        #expect(result.served == 1)
    }
}
