import KubernetesClient
import ScalingCore
import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("AutoscalerEngine, after a restart")
struct EngineRestartTests {
    let revision = EngineWorld.revision()
    var id: RevisionID { self.revision.id }

    @Test("a fresh engine does not go to zero before it has observed a whole stable window")
    func noEarlyZero() {
        var world = EngineWorld()
        world.add(self.revision, replicas: 1, status: RevisionStatus(desiredReplicas: 1, readyReplicas: 1))
        world.sync()
        world.run(seconds: 59)
        #expect(world.plans.isEmpty)
        world.run(seconds: 40)
        #expect(world.scalings[self.id]?.map(\.replicas) == [0])
    }

    @Test("the window begins with the first report, not with the start")
    func windowBeginsWithReports() {
        var world = EngineWorld()
        world.add(self.revision, replicas: 1)
        world.sync()
        world.run(seconds: 50, reporting: false)
        world.run(seconds: 55)
        #expect(world.plans.isEmpty)
    }

    @Test("replicas that carry load stay when the autoscaler starts")
    func loadedReplicasStay() {
        var world = EngineWorld()
        world.add(self.revision, replicas: 4)
        world.setLoad(self.id) { _ in 35 }
        world.sync()
        world.run(seconds: 60)
        #expect(world.plans.isEmpty)
        #expect(world.notes.isEmpty)
    }

    @Test("a status that says what is need not be written again")
    func statusIsTakenOver() {
        var world = EngineWorld()
        let status = RevisionStatus(
            desiredReplicas: 0,
            readyReplicas: 0,
            startingReplicas: 0,
            mode: .stable,
            stableValue: 0,
            panicValue: 0
        )
        world.add(self.revision, replicas: 0, status: status)
        world.sync()
        world.run(seconds: 60)
        #expect(world.statusWrites.isEmpty)
    }

    @Test("victims that were marked before and are needed again are unmarked")
    func marksAreTakenBack() {
        var world = EngineWorld()
        world.add(self.revision, replicas: 1)
        let marked = ReplicaSnapshot(name: "marked", isReady: true, isMarkedAsVictim: true, createdAt: world.now)
        world.services[self.id]?.pods[marked.name] = marked
        world.engine.replicaChanged(marked, of: self.id.target, at: world.now)
        world.engine.workloadChanged(self.revision.target, replicas: 2, at: world.now)
        world.setLoad(self.id) { _ in 15 }
        world.sync()
        world.run(seconds: 10)
        #expect(world.plans.map(\.reprieved) == [[marked.name]])
        #expect(world.plans.map(\.replicas) == [2])
        #expect(world.services[self.id]?.pods[marked.name]?.isMarkedAsVictim == false)
    }
}
