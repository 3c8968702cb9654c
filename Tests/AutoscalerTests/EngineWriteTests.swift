import KubernetesClient
import ScalingCore
import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("AutoscalerEngine, what it writes")
struct EngineWriteTests {
    let revision = EngineWorld.revision()
    var id: RevisionID { self.revision.id }

    private func world(replicas: Int) -> EngineWorld {
        var world = EngineWorld()
        world.add(self.revision, replicas: replicas)
        world.sync()
        return world
    }

    @Test("shrinking names the replicas that work least")
    func victims() throws {
        var world = self.world(replicas: 3)
        world.setLoad(self.id) { _ in 25 }
        world.run(seconds: 70)
        #expect(world.plans.isEmpty)
        // One replica of three keeps nearly everything; the reports below say so.
        let busy = "\(self.id.name)-2"
        while world.plans.isEmpty, world.seconds < 400 {
            world.run(seconds: 1, reporting: false)
            let replicas = (0..<3).map {
                ReplicaLoad(podName: "\(self.id.name)-\($0)", inFlight: $0 == 2 ? 5 : $0, isReady: true)
            }
            let report = LoadReport(
                revision: self.id,
                averageConcurrency: 6,
                requestsPerSecond: 6,
                waiting: 0,
                inFlight: 6,
                replicas: replicas
            )
            world.engine.reported([report], from: "activator-0", at: world.now)
            world.settle()
        }
        let plan = try #require(world.plans.first)
        #expect(plan.replicas < 3)
        #expect(plan.victims.first == "\(self.id.name)-0")
        #expect(!plan.victims.contains(busy))
        #expect(plan.victims.count == 3 - plan.replicas)
        #expect(world.services[self.id]?.pods.keys.contains(busy) == true)
    }

    @Test("a write that fails is tried again after a pause that grows")
    func failedWritesBackOff() {
        var world = self.world(replicas: 0)
        world.acceptsScale = { _ in false }
        world.wake(self.id)
        world.setLoad(self.id) { _ in 5 }
        world.run(seconds: 20)
        #expect((6...14).contains(world.plans.count), "\(world.plans.count) writes in 20 s")
        world.acceptsScale = { _ in true }
        world.run(seconds: 6)
        #expect(world.services[self.id]?.replicas == 1)
    }

    @Test("what somebody else wrote is put right")
    func foreignWritesAreCorrected() {
        var world = self.world(replicas: 2)
        world.setLoad(self.id) { _ in 15 }
        world.run(seconds: 70)
        #expect(world.plans.isEmpty)
        world.engine.workloadChanged(self.revision.target, replicas: 9, at: world.now)
        world.run(seconds: 4)
        #expect(world.plans.map(\.replicas).first == 2)
    }

    @Test("while a write is under way the same number is not written again")
    func oneWriteAtATime() {
        var world = self.world(replicas: 0)
        world.engine.woke(self.id, waiting: 1, at: world.now)
        let first = world.engine.takeActions().count { if case .scale = $0 { true } else { false } }
        #expect(first == 1)
        for step in 1...20 {
            let now = world.now.advanced(by: .milliseconds(step * 100))
            world.engine.woke(self.id, waiting: 1, at: now)
            _ = world.engine.advance(to: now)
            let scales = world.engine.takeActions().count { if case .scale = $0 { true } else { false } }
            #expect(scales == 0)
        }
    }

    @Test("the end of an old write says nothing about the newest one")
    func oldWritesDoNotCount() throws {
        var world = self.world(replicas: 1)
        world.now = world.now.advanced(by: .seconds(1))
        world.engine.revisionChanged(EngineWorld.revision(minScale: 4), status: nil, at: world.now)
        _ = world.engine.advance(to: world.now)
        let firstPlan = world.takePlan()
        let first = try #require(firstPlan)
        let later = world.now.advanced(by: .seconds(1))
        world.engine.revisionChanged(EngineWorld.revision(minScale: 6), status: nil, at: later)
        _ = world.engine.advance(to: later)
        let secondPlan = world.takePlan()
        let second = try #require(secondPlan)
        #expect([first.replicas, second.replicas] == [4, 6])
        #expect(!world.engine.isNewest(first))
        #expect(world.engine.isNewest(second))
        let firstCounts = world.engine.scaleSucceeded(first, at: later)
        let secondCounts = world.engine.scaleSucceeded(second, at: later)
        #expect(!firstCounts && secondCounts)
    }

    @Test("no more replicas are ordered of a revision of which none becomes ready")
    func stuckRevision() {
        var revision = self.revision
        revision.configuration.progressDeadlineSeconds = 30
        var world = EngineWorld()
        world.startupSeconds = 1e6
        world.add(revision)
        world.sync()
        world.setLoad(self.id) { $0 < 40 ? 5 : 50 }
        world.wake(self.id)
        world.run(seconds: 120)
        #expect(world.services[self.id]?.replicas == 1)
        #expect(world.statusWrites.last?.status.lastDecision?.reason.contains("no replica became ready") == true)
    }

    @Test("start-up times are learned from pods that become ready")
    func startupIsLearned() throws {
        var world = self.world(replicas: 0)
        world.startupSeconds = 7
        world.wake(self.id)
        world.setLoad(self.id) { _ in 5 }
        world.run(seconds: 20)
        let slot = try #require(world.engine.slot(of: self.id))
        let learned = try #require(world.engine.slots[slot]?.requests?.scaler?.expectedStartupSeconds)
        #expect((6.9...7.1).contains(learned))
    }
}

extension EngineWorld {
    static func revision(minScale: Int) -> ScaledRevision {
        var revision = Self.revision()
        revision.configuration.minScale = minScale
        return revision
    }

    mutating func takePlan() -> ScalePlan? {
        self.engine.takeActions().compactMap { action in
            if case .scale(let plan) = action { plan } else { nil }
        }.last
    }
}
