import KubernetesClient
import ScalingCore
import ServingAPI
import Testing

@testable import Autoscaler

@Suite("Requests and events together")
struct MergedDemandTests {
    private let id = EngineWorld.revision().id

    private func world(depth: @escaping @Sendable (Double) -> Double) -> EngineWorld {
        var world = EngineWorld()
        world.add(EngineWorld.revision(), replicas: 0)
        world.add(EngineWorld.scaling(), replicas: nil, sources: [.depth(10, depth)])
        world.sync()
        return world
    }

    @Test("the larger wish wins, and one writer writes it") func largerWins() {
        var world = self.world { $0 < 120 ? 35 : 0 }
        world.setLoad(self.id) { $0 >= 40 && $0 < 100 ? 65 : 0 }
        world.run(seconds: 35)
        #expect(world.services[self.id]?.replicas == 4, "the queue's four")
        world.run(seconds: 40)
        #expect(world.services[self.id]?.replicas ?? 0 >= 7, "the requests' seven")
        #expect(world.engine.slotByTarget.count == 1)
    }

    @Test("without work from either side the target goes to zero") func bothIdle() {
        var world = self.world { $0 < 20 ? 35 : 0 }
        world.run(seconds: 200)
        #expect(world.services[self.id]?.replicas == 0)
    }

    @Test("a queue that is not known keeps replicas that requests no longer need") func unknownHolds() {
        var world = EngineWorld()
        world.add(EngineWorld.revision(), replicas: 3)
        world.add(EngineWorld.scaling(), replicas: nil, sources: [.failing()])
        world.sync()
        world.run(seconds: 300)
        #expect(world.services[self.id]?.replicas == 3)
        world.setLoad(self.id) { _ in 65 }
        world.run(seconds: 60)
        #expect(world.services[self.id]?.replicas ?? 0 >= 7, "and more are added all the same")
    }

    @Test("a silent activator keeps replicas that the queue no longer needs, and the queue can still add some")
    func silentActivator() {
        var world = self.world { $0 < 40 ? 35 : 85 }
        world.run(seconds: 30)
        #expect(world.services[self.id]?.replicas == 4)
        world.run(seconds: 60, reporting: false)
        #expect(world.services[self.id]?.replicas == 9)
    }

    @Test(
        "the demand of both",
        arguments: [
            (Demand.replicas(3), Demand.replicas(5), Demand.replicas(5), TargetState.Driver.events),
            (.replicas(6), .replicas(5), .replicas(6), .requests),
            (.replicas(9), .unknown(.eventsUnknown, ""), .replicas(9), .requests),
            (.replicas(2), .unknown(.eventsUnknown, "a"), .unknown(.eventsUnknown, "a"), .events),
            (.unknown(.loadUnknown, "b"), .replicas(2), .unknown(.loadUnknown, "b"), .requests),
            (.unknown(.loadUnknown, "b"), .replicas(8), .replicas(8), .events),
        ]
    )
    func merged(requests: Demand, events: Demand, expected: Demand, driver: TargetState.Driver) {
        let merged = Demand.merged(requests: requests, events: events, effective: 4)
        #expect(merged.demand == expected)
        #expect(merged.driver == driver)
    }
}
