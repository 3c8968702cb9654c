import KubernetesClient
import ScalingCore
import ServingAPI
import Telemetry
import Testing
import Timekeeping

@testable import Autoscaler

/// The engine in a cluster on virtual time: a target of ten requests a replica, pods that take two seconds to start.
@Suite("AutoscalerEngine, from load to replicas")
struct AutoscalerEngineTests {
    let revision = EngineWorld.revision()
    var id: RevisionID { self.revision.id }

    private func world(replicas: Int, configure: (inout ScalingConfiguration) -> Void = { _ in }) -> EngineWorld {
        var revision = self.revision
        configure(&revision.configuration)
        var world = EngineWorld()
        world.add(revision, replicas: replicas)
        world.sync()
        return world
    }

    @Test("a waiting request at a service at zero is answered by a scale write in the same call")
    func wakesFromZero() {
        var world = self.world(replicas: 0)
        world.run(seconds: 5)
        #expect(world.plans.isEmpty)

        world.engine.woke(self.id, waiting: 1, at: world.now)
        let actions = world.engine.takeActions()
        guard case .scale(let plan) = actions.first else {
            Issue.record("no scale write among \(actions)")
            return
        }
        #expect(plan.replicas == 1)
        #expect(plan.previous == 0)
        #expect(plan.isUrgent)
        #expect(!plan.explanation.isEmpty)
    }

    @Test("a service that was woken is not taken down before the request had a chance to be reported")
    func wokenIsNotForgotten() {
        var world = self.world(replicas: 0)
        world.run(seconds: 3.4)
        world.wake(self.id)
        // The report of the next second tells of the time before the request came.
        world.run(seconds: 2)
        #expect(world.scalings[self.id]?.map(\.replicas) == [1])
    }

    @Test("the queue at zero is answered with as many replicas as it needs")
    func burstFromZero() {
        var world = self.world(replicas: 0)
        world.run(seconds: 2.5)
        world.setLoad(self.id) { _ in 75 }
        world.wake(self.id)
        world.run(seconds: 1)
        let last = world.scalings[self.id]?.last
        #expect((last?.replicas ?? 0) >= 8)
        #expect((last?.seconds ?? 99) <= 3.1)
    }

    @Test("replicas that take long to start are not ordered twice")
    func slowStartsAreCounted() {
        var world = self.world(replicas: 0)
        world.startupSeconds = 60
        world.run(seconds: 2.5)
        world.setLoad(self.id) { _ in 75 }
        world.wake(self.id)
        world.run(seconds: 59)
        let most = world.scalings[self.id]?.map(\.replicas).max() ?? 0
        #expect((8...12).contains(most), "ordered \(most)")
    }

    @Test("load that ends leads back to zero, and then nothing happens any more")
    func backToZero() {
        var world = self.world(replicas: 2)
        world.setLoad(self.id) { $0 < 20 ? 15 : 0 }
        world.run(seconds: 300)
        #expect(world.scalings[self.id]?.last?.replicas == 0)
        #expect(world.engine.activeCount == 0)
        #expect(world.services[self.id]?.pods.isEmpty == true)
        let end = world.scalings[self.id]?.last?.seconds ?? 0
        #expect((75...130).contains(end), "zero at \(end)")
    }

    @Test("when no activator reports, what there is stays")
    func silenceHolds() {
        var world = self.world(replicas: 3)
        world.setLoad(self.id) { _ in 25 }
        world.run(seconds: 70)
        let before = world.scalings[self.id]?.count
        world.run(seconds: 600, reporting: false)
        #expect(world.services[self.id]?.pods.count == 3)
        #expect(world.scalings[self.id]?.count == before)
        #expect(world.engine.counters.holds[.loadUnknown, default: 0] > 100)
        #expect(world.notes.filter { $0.kind == .warning }.count == 1)
        #expect(world.statusWrites.last?.status.lastDecision?.reason.contains("no activator has reported") == true)
        #expect(world.statusWrites.last?.status.desiredReplicas == 3)
    }

    @Test("a decision that time alone will change is made when that time has come, not at the next tick")
    func recheck() {
        var settings = AutoscalerSettings()
        settings.tick = .seconds(45)
        var world = EngineWorld(settings: settings)
        world.add(self.revision, replicas: 1)
        world.sync()
        world.run(seconds: 100)
        let zero = world.scalings[self.id]?.first
        #expect(zero?.replicas == 0)
        #expect((59...64).contains(zero?.seconds ?? 0), "zero at \(zero?.seconds ?? -1)")
    }

    @Test("what an activator said before it went silent is not believed for ever")
    func silentActivator() {
        var world = self.world(replicas: 1)
        let last = LoadReport(
            revision: self.id,
            averageConcurrency: 8,
            requestsPerSecond: 8,
            waiting: 3,
            inFlight: 5
        )
        world.engine.reported([last], from: "dying", at: world.now)
        world.run(seconds: 8)
        #expect(world.services[self.id]?.replicas == 1)
        world.run(seconds: 200)
        #expect(world.services[self.id]?.replicas == 0)
        #expect(world.engine.activeCount == 0)
    }

    @Test("a request that waits is answered although no activator has reported yet")
    func wakeNeedsNoReports() {
        var world = self.world(replicas: 0)
        world.wake(self.id)
        #expect(world.scalings[self.id]?.map(\.replicas) == [1])
    }

    @Test("bounds apply although load is unknown")
    func boundsApplyInSilence() {
        var world = self.world(replicas: 1) { $0.minScale = 3 }
        world.run(seconds: 5, reporting: false)
        #expect(world.scalings[self.id]?.map(\.replicas) == [3])
    }

    @Test("until the pods are listed, nothing is decided")
    func unknownReplicasHold() {
        var world = EngineWorld()
        world.add(self.revision, replicas: 4)
        world.engine.workloadsKnown(at: world.now)
        world.run(seconds: 100)
        #expect(world.plans.isEmpty)
        world.sync()
        world.run(seconds: 100)
        #expect(world.scalings[self.id]?.last?.replicas == 0)
    }

    @Test("a Deployment that is missing is waited for, and said to be missing")
    func missingDeployment() {
        var world = EngineWorld()
        world.services[self.id] = EngineWorld.Service()
        world.engine.revisionChanged(self.revision, status: nil, at: world.now)
        world.sync()
        world.wake(self.id)
        world.run(seconds: 10)
        #expect(world.plans.isEmpty)
        #expect(world.statusWrites.last?.status.lastDecision?.reason.contains("does not exist") == true)
        #expect(world.statusWrites.last?.status.desiredReplicas == nil)

        world.engine.workloadChanged(self.revision.target, replicas: 0, at: world.now)
        world.wake(self.id)
        #expect(world.scalings[self.id]?.map(\.replicas) == [1])
    }

    @Test("a revision that is removed is forgotten, and one of the same name begins anew")
    func removal() {
        var world = self.world(replicas: 1)
        world.run(seconds: 10)
        world.engine.revisionRemoved(self.id)
        let writes = world.statusWrites.count
        world.run(seconds: 200)
        #expect(world.plans.isEmpty)
        #expect(world.statusWrites.count == writes)
        #expect(world.engine.revisionCount == 0)

        var reborn = self.revision
        reborn.uid = "another"
        world.engine.revisionChanged(reborn, status: nil, at: world.now)
        world.run(seconds: 200)
        #expect(world.scalings[self.id]?.last?.replicas == 0)
    }

    @Test("settings changed at run time hold from the next decision on")
    func reconfiguration() {
        var world = self.world(replicas: 1)
        world.setLoad(self.id) { _ in 8 }
        world.run(seconds: 10)
        #expect(world.plans.isEmpty)
        var changed = self.revision
        changed.configuration.minScale = 5
        world.engine.revisionChanged(changed, status: nil, at: world.now)
        world.run(seconds: 0.1)
        #expect(world.scalings[self.id]?.map(\.replicas) == [5])
    }

    @Test("the policy can be switched while the service runs")
    func policySwitch() {
        var world = self.world(replicas: 2)
        world.setLoad(self.id) { _ in 15 }
        world.run(seconds: 70)
        var changed = self.revision
        changed.configuration.policy = .knative
        world.engine.revisionChanged(changed, status: nil, at: world.now)
        world.setLoad(self.id) { _ in 55 }
        world.run(seconds: 70)
        #expect(world.scalings[self.id]?.last?.replicas == 6)
    }
}
